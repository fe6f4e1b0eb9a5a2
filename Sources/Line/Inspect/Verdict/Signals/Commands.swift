/// Shell commands: what separates them, which they are, and how they are disguised.
///
/// Sources: OWASP Testing Guide (WSTG-INPV-12), the manuals of bash, cmd.exe and PowerShell.
extension Signals {
  /// Commands whose names are no ordinary words, so that one behind a separator says it all.
  private static let plainCommands =
    #"(whoami|uname|cat|ls|wget|curl|netcat|ncat|nc|bash|zsh|ksh|dash|csh|tcsh|ifconfig|ipconfig|nslookup|ping6?|netstat|powershell|pwsh|cmd(\.exe)?|certutil|bitsadmin|chmod|chown|pwd|getent|systeminfo|phpinfo|printenv|env|ps|python[23]?(\.\d+)?|perl|ruby|php\d?|lua|gcc|tftp|telnet|socat|mkfifo|mknod|xterm|crontab|lsof|lspci|lsusb|nmap|sudo|useradd|adduser|usermod|net1?\s+(user|localgroup|view|start|share|use|config|accounts|group)|tasklist|taskkill|schtasks|wmic|rundll32|regsvr32|mshta|cscript|wscript|netsh|busybox|xxd|base64|base32|nohup|awk|gawk|mawk|sed|grep|egrep|fgrep|rev|tac|strace|gdb|dmesg|arp|traceroute|tracert|dig|route\s+print|scp|ssh|sshd|rsync|iptables|apt(-get)?|yum|dpkg|rpm|apk|pip3?|npm|gem|docker|kubectl|systemctl|vi|vim|nano|emacs|ed|jjs|irb|node|nodejs|bcdboot|bcdedit|diskpart|icacls|attrib|cacls|hostname|sysctl|passwd|chpasswd|readlink|realpath|mktemp|touch|mkdir|rmdir|rm|cp|mv|ln|dd|printf|eval|alias|unalias|export|setenv|ulimit|umask|getcap|setcap|chroot|ldd|objdump|strings|tcpdump|uptime|df|du|lscpu|lsblk|mount|umount|fdisk|tar|gzip|gunzip|zcat|bzcat|xzcat|unzip|sh|su|tee|xargs|nproc|ip\s+(a|addr|link|route|r)|echo|sleep|id|dir|type\s+[%c/\\]|set\s+/a|expr|seq|head\s+-|tail\s+-|more\s+[/<]|less\s+/|find\s+[/.]|sort\s+/|nl\s+/|od\s+-|cut\s+-|tr\s+\w|fold\s+\w|column\s+\w|bridge\s+-|cd\s+[/~.]|column|test\s+-|kill\s+-|history|top|last|w|who|groups|logname|arch|env|vol|ver|time\s+\w+\s|date|source\s+/|\.\s+/)"#

  static let commands: [Signal] = [
    Signal(
      "rce-separator-command", .rce, 55,
      #"([;\n\r`|]|&&|\|\||\$\(|<\(|>\(|\|&|&\s|%0a)[\s'"(\\{!]*(/[\w./?*-]*/)?"# + plainCommands
        + #"['"]?(\s*$|\s*[;|&`)<>#'"\n\r}\\]|\s+(-{1,2}[a-z]|/[\w?*]|[~.$'"`<>|%\\]|https?:|\d|[a-z]:|\w+[\s;|&`)<>]*$|\w+\.\w+|[\w-]+\s*[;|&`>]|\{|\+))"#,
      in: PartPlaces(.value, .name, .path, .cookie, .fileName, .document), wordy: true,
      "a shell separator and a command"),
    Signal(
      "rce-short-separator-command", .rce, 50,
      #"^[\w.@/\\"' )+=-]*([;|\n\r`]|&&|\|\||\\n|%0a|&\s|<<<|&#)+[\s(\\'"]*"# + plainCommands
        + #"['"`\\n;|&)# \n\r]{0,6}$"#,
      in: PartPlaces(.value, .name, .cookie, .userAgent, .referer, .header),
      "hardly more than a separator and a command"),
    Signal(
      "rce-substitution", .rce, 55,
      #"(\$\(|`)[\s'"(\\]*(/[\w./?*-]*/)?"# + plainCommands
        + #"\b[^`)]*[`)]|\$\(\(\s*\d+\s*[-+*]\s*\d+|\$\[\d+\s*[-+*]"#, wordy: true,
      "a command is substituted for its output"),
    Signal(
      "rce-whole-command", .rce, 50,
      #"^[\s'"@]*(sudo\s+)?(/?(usr/)?(local/)?s?bin/)?(ping6?(\.exe)?\s+(-\w\s*\d*\s+){1,3}[\w.]|ipconfig(\.exe)?(\s+/\w+)?\s*$|ifconfig(\s+(-a|eth\d|lo))?\s*$|netstat(\.exe)?(\s+-\w+)?\s*$|whoami(\.exe)?(\s+/\w+)?\s*$|uname(\s+-\w+)\s*$|nslookup\s+[\w.-]+\s*$|systeminfo\s*$|tasklist\s*$|dir\s+([a-z]:|[/\\.]|/\w\b)|type\s+[c%/]:?[\\%]|cat\s+[-/.~<$\\]|cat\s*<|ls\s+(-[a-z]{1,6}|/|\.|~)|wget\s+(-\w+\s+)*(https?|ftp):|curl\s+(-\S+\s+)*(https?:|['"]|-)|nc(at)?\s+(-[a-z]+\s+)+|bash\s+-[ci]|sh\s+-[ci]|net\s+(user|localgroup|view|share)\b(\s|$)|echo\s+[^|;&]*(>|\|)|echo\s+-[ne]\s|python[23]?\s+-c|perl\s+-\w*e|php\s+-r|ruby\s+-\w*e|rm\s+-[rf]+\s|chmod\s+([0-7]{3,4}|[+ugoa]+[+x])\s|ps\s+(-|aux)|id\s*;|env\s*[|;]|find\s+/\w*\s+-|grep\s+-\w+\s|awk\s+['"]|dd\s+if=|tar\s+-?[cx]\w*f|reg\s+(query|add)\s|wmic\s+\w+\s|powershell(\.exe)?\s+[-(\w]|cmd(\.exe)?\s*/[ckr]|start\s+/|timeout\s+/?\w*\s*\d|sleep\s+\d+\s*[;|&#]?\s*$|phpinfo\(|nohup\s|crontab\s+-|useradd\s|passwd\s+\w|exec\s+/|eval\s+[$`"'])"#,
      wordy: true, "the whole value is a command"),
    Signal(
      "rce-binary-path", .rce, 45,
      #"(^|[\s;|&`'"(=<>:,+/\\$@!])/(usr/|[?*u]{1,3}/)?(local/)?(s?bin|b[i?*][n?*]|\?{3}|\?s\?|\?i\?)/{1,3}[a-z?*\[\\$'"]{1,14}(\s|$|[;|&`'")<>#+0-9\\-])"#,
      in: PartPlaces(.value, .name, .cookie, .userAgent, .referer, .header, .fileName), "the path of a program"),
    Signal(
      "rce-shell-path", .rce, 50,
      #"/bin/(ba|z|k|c|da)?sh\b|/bin/(cat|ls|nc|id|uname|whoami|ping|echo|sleep|rm|wget|curl|perl|python|env)\b|cgi-bin[^?]*/sh\b"#,
      "the path of a shell"),
    Signal(
      "rce-dev-tcp", .rce, 70,
      #"/dev/(tcp|udp)/|/inet/tcp/|\bmkfifo\b[^\n]*\bnc\b|\bbash\s+-i\b|\bnc(at)?\b[^\n]*\s-[lnvp]*e\b|\bsocat\b[^\n]*\bexec:|0<&\d|>&\s*/dev/|pty\.spawn"#,
      "a reverse shell"),
    Signal(
      "rce-windows-shell", .rce, 60,
      #"\bcmd(\.exe)?[\s"'+]*/[ckrq]\b|\bpowershell(\.exe)?[\s"'+]+(-\w|\(|\w+-\w+|iex|invoke)|\b(invoke-(expression|webrequest|command|mimikatz|restmethod|item)|iex\s*\(|new-object\s+(system\.)?net|downloadstring\s*\(|downloadfile\s*\(|frombase64string|start-process|get-(process|content|childitem|wmiobject|aduser|service|localuser)\b|set-executionpolicy|add-type\s+-)|%(systemroot|comspec|windir|programfiles|appdata|temp|userprofile|allusersprofile)%|\bfor\s+(/[dflr]\s+\S*\s*)?%+[~a-z]\w*\s+in\s*\(|\bif\s+(/i\s+)?(not\s+)?(exist|errorlevel|defined|cmdextversion)\s+\S"#,
      "a Windows command"),
    Signal(
      "rce-windows-condition", .rce, 50,
      #"\bif\s+(/i\s+)?(not\s+)?"?(%\w+%|[\w.-]{1,20})"?\s*(==+\s*|\s(equ|neq|lss|leq|gtr|geq)\s+)"?[%\w.-]{1,40}"?\s+\(?\s*(echo|goto|exit|call|start|set|del|copy|cmd|powershell)\b"#,
      in: PartPlaces(.value, .name, .cookie), "a condition of a Windows batch file"),
    Signal(
      "rce-wrapped-command", .rce, 50,
      #"(^|[;&|`\n(])[\s'"]*(time|nohup|nice|ionice|strace|ltrace|watch|env|exec|sudo|doas|setsid|stdbuf|unshare|busybox|command|builtin|timeout\s+\d+[smh]?|xargs)\s+(-\w+\s+){0,3}((ba|z|k|c|da)?sh\s+-c\b|whoami\b|ifconfig\b|ipconfig\b|uname\b|netstat\b|/(usr/)?(local/)?s?bin/\w)"#,
      in: PartPlaces(.value, .name, .cookie), "a program that starts another"),
    Signal(
      "rce-alias", .rce, 50,
      #"(^|[;&|`\n])[\s'"]*alias\s+(-\w+\s+){0,3}['"]?[\w.$%{}-]{1,24}['"]?=['"]?[\w$./~-]+['"]?\s*([;&|\n]|$)"#,
      in: PartPlaces(.value, .name, .cookie), "an alias for a command"),
    Signal(
      "rce-download", .rce, 50,
      #"\b(wget|curl|iwr|fetch|lynx|lwp-download|certutil|bitsadmin|tftp|ftpget)[\s+]+(-[\w-]+[\s+]+)*['"]?((https?|ftp)://|-urlcache|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})"#,
      "a command that downloads"),
    Signal(
      "rce-chmod", .rce, 50,
      #"\bchmod[\s.]+(-\w+\s+)?([0-7]{3,4}|[ugoa]*\+[rwxs]+)\b|\brm\s+-[rf]{1,3}\s|\|\s*(ba|z|da|k)?sh(\s|$|[;&#`"'])|\bbase64\s+(-d|--decode)|\bxargs\s+\w|\btouch\s+/|\bmkdir\s+/|\bdd\s+if=|\btar\s+-?[cxz]+f\s"#,
      "a typical command of a break-in"),
    Signal(
      "rce-command-option", .rce, 45,
      #"(^|\s)--?(exec(=|\s)|use-askpass|to-command|checkpoint-action|rsh=|config=|proxycommand|upload-pack|open-files-in-pager|output=|o\s*proxycommand|e\s+sh\b|interactive\.singlequote)|proxycommand\s*="#,
      "an option that makes a program start another"),
  ]

  static let shellSyntax: [Signal] = [
    Signal(
      "rce-header-command", .rce, 50,
      #"(&&|\|\||`|\$\(|^\s*[;|&])\s*(/\S*/)?(whoami|uname|cat|ls|wget|curl|nc|ncat|bash|sh|id|ping|nslookup|env|ps|set|sleep|python\d?|perl|powershell|cmd|ifconfig|ipconfig|netstat|pwd|echo|dig|host|touch|rm|dir|type)(\s|$|[;|&`)])"#,
      in: PartPlaces(.header, .userAgent, .referer), "a shell separator and a command in a header"),
    Signal(
      "rce-shellshock", .rce, 75, #"^\s*["']?\(\)\W{0,3}\{|\(\)\W{0,3}\{\W{0,3}[:_\w]{0,12}\W{0,3};\W{0,3}\}\W{0,3};"#,
      "a function definition in a variable (Shellshock, CVE-2014-6271)"),
    Signal(
      "rce-ifs", .rce, 60, #"\$\{?ifs\b|\$ifs\$\d|%ifs%|\{ifs\}"#, "the shell's field separator stands for a space"),
    Signal(
      "rce-brace-command", .rce, 50,
      #"\{,?\s*(cat|ls|wget|curl|ping|nc|echo|id|ifconfig|ip|cd|whoami|uname|/?\w*bin/\w+|\$['"]|[\w$\\]{1,12},-\w+)\s*(,[^}]*)?,?\}|\b\w{0,5}\{[a-z?*,-]{1,8},[a-z?*,-]{0,8}\}\w{0,5}\s*$|^\{,[^}\n]+\}$"#,
      in: PartPlaces(.value, .name, .cookie), "a command in braces needs no space"),
    Signal(
      "rce-substitution-any", .rce, 30, #"\$\([^)\n]+\)|`[^`\n]{2,}`|[<>]\([^)\n]{2,}\)"#,
      in: PartPlaces(.value, .name, .cookie, .fileName, .header, .userAgent, .path), "shell substitution"),
    Signal(
      "rce-empty-variables", .rce, 45,
      #"\w\$[@*!#$u]\w|[a-z](''|"")[a-z]+\s+[/\w-]|\w\$\{?\w{0,12}\}?/\w+\$|[a-z]'[a-z]'[a-z]|/[a-z]+'[a-z]+'?/|\w\*/[a-z?*]+|/[a-z?*]{0,4}\?[a-z?*]{0,6}/|\$\{?[a-z_]+:\d+:\d|\$u\b"#,
      in: PartPlaces(.value, .cookie, .userAgent, .referer, .header, .name),
      "empty variables, quotes or wildcards split a word"),
    Signal(
      "rce-redirection", .rce, 40,
      #"\d?>\s*&\s*\d|>\s*/(tmp|var|dev|etc|home)/|>\s*/dev/null|<<<\s*\w|\d>\s*/dev|\b(2>&1)\b|>>?\s*\S+\.(php|sh|txt|jsp|asp|html?)\b|<\s*/(etc|proc|var)/"#,
      "a shell redirection"),
    Signal(
      "rce-separator-tail", .rce, 25, #"^[\w./ -]*[;|&`]\s*$|^[;|&`]+\s*\w|;\s*#\s*$"#, in: PartPlaces(.value),
      "a shell separator at the edge"),
    Signal(
      "rce-fork-bomb", .rce, 60,
      #"[\w:.]{1,8}\s?\(\)\s*\{\s*[\w:.]{1,8}(\(\))?\s*[|&]\s*[\w:.]{1,8}(\(\))?\s*[&;]+\s*\}|:\(\)\s*\{"#,
      "a fork bomb"),
    Signal(
      "rce-history", .rce, 45, #"^!-?\d+(!-?\d+)*$|\$'\\\w{2,4}|\$"\w+""#, in: PartPlaces(.value),
      "the shell's history or aliases"),
    Signal(
      "rce-sqlite-shell", .rce, 45,
      #"(^|[;\n"'])\s*\\?n?\s*\.\s?(shell|system|databases|import|read|load|open|output|backup|dump|tables)\b"#,
      in: PartPlaces(.value), "a command of the SQLite shell"),
    Signal(
      "rce-editor", .rce, 50,
      #"\b(vi|vim|ed|less|more|man|nmap)\b[^\n]*[+-]?\s?(c\s*)?:?\\*!\s*/?\w{2,}|:!\s*/?\w{2,10}"#,
      in: PartPlaces(.value), "an editor that starts a shell"),
    Signal(
      "rce-set-arithmetic", .rce, 50,
      #"\bset\s+/a\s+\d+\s*[-+*]\s*\d+|\bexpr\s+\d+\s*[-+*\\]+\s*\d+|\becho\s+\$?\(?\(?\d+\s*[-+*]\s*\d+|\becho\s+\w{5,12}\$\(\("#,
      "arithmetic whose answer proves execution"),
  ]
}
