/// Tools of attackers and the marks they leave.
extension Signals {
  static let tools: [Signal] = [
    Signal(
      "tool-user-agent", .scanner, 60,
      #"\b(sqlmap|nikto|nuclei|nessus|openvas\w*|acunetix|netsparker|invicti|wpscan|dirbuster|gobuster|feroxbuster|ffuf|fuzz faster u fool|masscan|nmap( scripting)?|w3af|arachni|havij|jaeles|zaproxy|zap/|burp(suite|collaborator)?|hydra|whatweb|dirsearch|dirb\b|wfuzz|commix|xsser|xsstrike|skipfish|paros|webinspect|appscan|vega/|joomscan|jorgee|zmeu|morfeus|muieblackcat|l9explore|l9tcpid|wapiti|grabber|grendel|golismero|n-stealth|nsauditor|whisker|sqlninja|absinthe|bsqlbf|pangolin|sqlsus|fimap|uniscan|metasploit|msfconsole|core-project/|webshag|droopescan|cmsmap|cmseek|sn1per|httpx - open|tsunamisecurity|detectify|qualys|rapid7|probely|crowdstrike falcon surface|webcruiser|datacha0s|brutus|cgichk|domino ?hunter|internet ?ninja|jbrofuzz|pmafind|s\.t\.a\.l\.k\.e\.r|springenwerk|toata dragostea|voideye|webtrends security|webvulnscan|whcc/|mysqloit|blackwidow|hmap|amiga-aweb|libwhisker|chinahack|nstalker|hello, world|log4shell|chroot-apache|mozlila|securityscan|vulnscan|pentest|kali|xray|rustscan|goby|naabu|katana|fscan|pocsuite|afrog|yakit|dalfox|kiterunner|photon/|aquatone|interactsh|evilbot|xpymep|bbscan|webdavscan|the mole|prowler|scrawlr|w00tw00t)\b|\.nasl\b|\bopenvas-vt"#,
      in: PartPlaces(.userAgent), "the name of an attack tool"),
    Signal(
      "tool-bare-command", .rce, 50, #"=(ifconfig|ipconfig|whoami|systeminfo|tasklist|netstat|uname)(&|$)"#,
      in: .target, "a parameter that is nothing but a command"),
    Signal(
      "tool-placeholder", .scanner, 55,
      #"\[(randnum|randstr|sleeptime|inference|delayed|origvalue|delimiter_\w+|char|union|generic_sql_comment|hash|single_quote)\d*\]|\{\{(rand(str|_\w+|int)?\b|interactsh|baseurl|hostname|payload|injection|username|string|generate_java|base64\s*\(|hex_decode|to_lower|unix_time|md5\s*\()|\{\{\s*randstr|\{file\}|\bfuzzdb\b|\bfuzz(ing)?\b\{|§\w*§|<script>alert\(\{\{"#,
      "a placeholder of an attack tool, left unfilled"),
    Signal(
      "tool-test-marker", .scanner, 45,
      #"\b(sqlmap|acunetix|netsparker|nessus|openvas|nikto|w3af|wvstest|crowdsec-test|appsec-test|xss-?test|vulnerable to|crosssitescripting|waf-?test)\b|\bbxss\b|jaVasCript:/\*-/\*"#,
      in: PartPlaces(.value, .name, .path, .header, .cookie), "the mark of an attack tool"),
    Signal(
      "tool-header", .scanner, 55,
      #"\b(acunetix|netsparker|nessus|burp|nuclei|sqlmap|w3af|nikto|appscan|qualys|zap proxy|wvs)\b"#,
      in: PartPlaces(.header), "a header of an attack tool"),
    Signal(
      "tool-agent-payload", .scanner, 42,
      #"^\s*(https?://\S{4,}|\S+@\S+\.\w+$|['"<({;|&$`]|/etc|id$|cat\s|;\s*\w+$)|['"]$|\(select\b|\bnull\b\s*--|\broot@\S+"#,
      in: PartPlaces(.userAgent), "no browser calls itself that"),
  ]
}
