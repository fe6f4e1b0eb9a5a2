/// Path traversal, and files on the server that are worth stealing.
extension Signals {
  static let fileAccess: [Signal] = [
    Signal(
      "lfi-traversal-deep", .lfi, 55,
      #"(\.\.[/\\;]+){2,}|(\.{2,}[;\s\x00]{0,2}[/\\]+){2,}|(\.\.0x(2f|5c)){2,}|(0x2e){2,}|(\.\.%[0-9a-f]{2}){2,}|([/\\]\.{2,}){2,}[/\\]"#,
      "it climbs several folders up"),
    Signal(
      "lfi-traversal-once", .lfi, 28, #"(^|[/\\=:;,.])\.\.[/\\]"#,
      in: PartPlaces(.value, .fileName, .cookie, .path, .header), "it climbs one folder up"),
    Signal(
      "lfi-traversal-in-path", .lfi, 35, #"(^|/)\.\.([/\\;]|$)|\.\.;/|;/\.\.|/\.\.[a-z]|\\\.\.|\.\.\\"#, in: .path,
      "the path climbs up, which no client sends"),
    Signal(
      "lfi-traversal-odd", .lfi, 50,
      #"\.\.[;.\\]{1,3}\.{0,2}[;\\/]|\.{3,}[/\\]+\.{3,}|(\.;){2,}|\.\\\.;|\.\.[\x80-\xff]{1,3}|0x5c0x2e|0x2e0x2e|[/\\]\.{4,}[/\\{]|\.\.%\w|\.{16}|\.\.\|/"#,
      in: PartPlaces(.value, .path, .fileName, .cookie, .name), "an odd spelling of a climb"),
    Signal(
      "lfi-unix-account-file", .lfi, 60,
      #"(^|[/\\\s'"=:;|,\x00]|\.)etc[/\\.+\s]{1,8}(passwd|shadow|group|gshadow|master\.passwd|sudoers|hosts\b|hostname|issue|motd|crontab|fstab|mysql|my\.cnf|ssh|ssl|apache2?|httpd|nginx|php|resolv\.conf|profile|bashrc|inittab|exports|security|subuid|subgid|passwd-|shells|inetd|ldap|samba|redhat|debian|os-release|services|rc\.|init\.d|aliases|environment|modules|network|postfix|pam\.|proftpd|snmp|syslog|vsftpd|wpa|logrotate)|/et[c*?]{1,3}/p?[a-z*?]{3,8}d\b|etcpasswd|\bpasswd%00"#,
      "a system file of Unix"),
    Signal(
      "lfi-proc", .lfi, 60,
      #"/proc/(self|\d+|version|cpuinfo|net|mounts|cmdline|sys|sched_debug|interrupts|meminfo|kcore|filesystems|config)|(^|[\s/=])/?sys/class\b|/sys/(kernel|devices|fs)/"#,
      "the kernel's view of the running process"),
    Signal(
      "lfi-log-file", .lfi, 45,
      #"/var/(log|spool|lib|run|www|mail|cache|backups|adm|opt)/\w|/usr/local/(apache|etc|nginx|cpanel)\w{0,3}/|/opt/(lampp|tomcat|nginx|sas)\b|/home/[\w.-]+/\.\w|/root/\.?\w|/tmp/(sess_|\w+\.(sh|php|pl|py))|/dev/(random|urandom|zero|stdin|fd)"#,
      in: PartPlaces(.value, .name, .userAgent, .referer, .header, .cookie, .fileName), "a file of the server's own"),
    Signal(
      "lfi-windows-file", .lfi, 60,
      #"\b(win(dows|nt)?[/\\]+(win\.ini|system32|system\.ini|repair|php\.ini|panther|debug|sysprep|iis|temp|explorer)|boot\.ini|autoexec\.bat|ntuser\.(dat|ini)|inetpub[/\\]+(wwwroot|logs|adminscripts)|pagefile\.sys|config[/\\]sam\b|desktop\.ini|system32[/\\](drivers|config|inetsrv)|users[/\\]\w+[/\\](ntuser|desktop|appdata)|documents and settings[/\\]|program files( \(x86\))?[/\\]\w)|\bwin\.ini\b|[a-z]:[/\\]{1,2}(boot|windows|winnt|inetpub|xampp|wamp|apache|program|users[/\\])"#,
      "a system file of Windows"),
    Signal(
      "lfi-java-inf", .lfi, 60, #"\b(web|meta)-inf([/\\;%]|web\.xml)|\bweb\.xml\b"#,
      "the private folder of a Java application"),
    Signal(
      "lfi-wrapper", .lfi, 60,
      #"\b(php|phar|expect|zlib|compress\.\w+|ogg|rar|ssh2(\.\w+)?|glob|zip)\s*:\s*/{2}|\bfile\s*:\s*/{1,3}[\w.%~/]|\bjar\s*:\s*(file|https?)|\bnetdoc\s*:/|\blocal_file\s*:/|\bdata\s*:\s*(text/plain|application/\w+)?\s*(;\s*base64)?\s*,\s*[\w+/<%]{4,}|\bdata\s*:\s*text/plain|\bphp://"#,
      in: PartPlaces(.value, .name, .cookie, .header, .userAgent, .document),
      "a stream wrapper instead of a file or a URL"),
    Signal(
      "lfi-unc", .lfi, 50, #"^\s*\\\\[\w.:$?-]{2,}\\[\w$.]|\\\\[\w.-]{3,}\\[a-z]\$\\"#, "a file share of another host"),
    Signal(
      "lfi-nul-extension", .lfi, 50,
      #"\x00\.?(jpe?g|png|gif|html?|php|txt|pdf|css|js|log|zip|ico|asp|jsp)\b|\.(php|asp|jsp|cgi|pl|inc|conf|ini|log|xml)\x00|(passwd|shadow|\.ini|hosts|environ)\x00"#,
      "a NUL byte cuts an extension off"),
    Signal(
      "lfi-nul", .lfi, 22, #"\x00"#,
      in: PartPlaces(.path, .value, .name, .cookie, .fileName, .userAgent, .referer, .header), "a NUL byte"),
    Signal(
      "lfi-shell-folder", .lfi, 50, #"^~[+-]?\d*$|~root\b|(^|[\s=/])~[a-z]{2,10}/\.\w"#, in: PartPlaces(.value, .path),
      "a shell's name for a folder"),
    Signal(
      "lfi-upload-script", .php, 55,
      #"\.(php\d?|phtml|phar|phps|pht|inc|asp|aspx|ashx|asmx|ascx|cer|asa|jsp|jspx|jsw|jspf|jhtml|cfm|cfml|cfc|cgi|pl|py|rb|sh|bat|exe|ps1|htaccess|war)([;:.%\s\x00]|$)|^\.(htaccess|htpasswd|user\.ini)$|\$\(|\||`|sess_\w{10,}"#,
      in: PartPlaces(.fileName),
      "a script is uploaded"),
    Signal(
      "lfi-upload-header", .php, 50,
      #"^\s*(\S*[/\\])?(sess_\w{8,}|\S+\.(php\d?|phtml|phar|phps|pht|asp|aspx|jsp|jspx))\s*(\.\s*\w{2,4})?$"#,
      in: PartPlaces(.header),
      "a header names a script as an upload"),
  ]

  /// Files that lie about on servers by mistake and that only a probe asks for.
  static let exposedFiles: [Signal] = [
    Signal(
      "probe-dotfile", .lfi, 55,
      #"/\.(git|svn|hg|bzr|cvs|aws|ssh|env|ht(access|passwd|group)|npmrc|pypirc|netrc|docker|dockerenv|dockercfg|kube|vscode|idea|bash_history|bash_profile|bashrc|profile|zsh_history|mysql_history|psql_history|ds_store|config/|gnupg|pgpass|my\.cnf|viminfo|subversion|circleci|travis\.yml|gitlab-ci\.yml|github/workflows|terraform|azure|gcloud|boto|s3cfg|rclone|ftpconfig|remote-sync|claude|cursor|continue|aider|codeium|windsurf|gemini|copilot|codex|yarnrc|composer|htdigest|user\.ini|wp-config|passwd|rediscli_history|sqlite_history|nuget|gem/credentials|local/share|proftpdpasswd)([/.?_~-]|$)"#,
      in: .path, "a private file that servers expose by mistake"),
    Signal(
      "probe-tool-settings", .lfi, 52,
      #"/\.([a-vx-z]|w[a-df-z])[\w-]{1,20}/([\w.-]+/)*[\w.-]+\.(json|ya?ml|toml|mdc?|sh|env|lock|db|sqlite3?|cfg|ini|conf|pem|key)$|/\.[a-z]+(ignore|rules|modes|rc)$"#,
      in: .path, "the settings of a developer's tool"),
    Signal(
      "probe-env", .lfi, 55, #"(^|/)[\w.-]*\.env(\.\w+|~|-\w{1,12})?$"#, in: .path, "a file of application secrets"),
    Signal(
      "probe-config-backup", .lfi, 55,
      #"(wp-config|configuration|config(\.inc)?|settings|localsettings|database|db|parameters|local|web|application|appsettings|secrets?|credentials?)\.(php|ya?ml|json|xml|ini|inc|py|config|properties|conf|env)(\.(bak|old|save|swp|orig|txt|dist|backup|copy|\d)|~|_bak|\.php)$|/\.?wp-config\.php|/(web\.config|appsettings\.json|parameters\.yml|secrets\.yml|credentials\.json|id_(rsa|dsa|ed25519|ecdsa)|authorized_keys|known_hosts|config\.inc\.php|master\.key|database\.yml|\w*\.kdbx|sftp(-config)?\.json|docker-compose\.ya?ml|web\.config\.\w+|httpd\.conf|nginx\.conf|php\.ini|my\.cnf|xwiki\.(cfg|properties)|hibernate\.cfg\.xml|struts\.xml|applicationcontext\.xml|winscp\.ini|filezilla\.xml|unattend\.xml|sysprep\.xml|serviceaccountkey\.json|storage/logs/laravel\.log|composer\.(lock|json)|wp-content/debug\.log|error_log|npm-debug\.log)$"#,
      in: .path, "a configuration file or its backup"),
    Signal(
      "probe-dump", .lfi, 50,
      #"/[\w.-]*(dump|backup|database|db|site|www|wwwroot|users|data|mysql|sql|old|htdocs|public_html)[\w.-]*\.(sql|bak|tar|tgz|tar\.gz|rar|7z|db|sqlite3?|mdb|dmp|gz|zip|bz2)$|\.sql(\.(gz|zip|bz2|xz|tar))?$"#,
      in: .path, "a database dump or a backup"),
    Signal(
      "probe-info-page", .lfi, 50,
      #"/(phpinfo|php_info|php-info|infophp|info_php|pinfo|linuxsys|phpversion)\.php\d?\b|/server-(status|info)$|/_profiler/(phpinfo|open|latest|empty|search)|/(app|index)_dev\.php|/(elmah|trace)\.axd|/debug/(pprof|default/view|vars)|/_environment$|/telescope/requests|/__debug__/|/\?phpinfo=|/rails/info/(routes|properties)"#,
      in: .path, "a page that tells about the server"),
    Signal(
      "probe-web-shell", .rce, 55,
      #"/(c99|r57|wso\d*|b374k|alfa(cgiapi|shell)?|0day|adminer|webshell|cmd|cmdasp|shell\d*|backdoor|1337|x7|indoxploit|marijuana|gel4y|leafmailer|priv8|wp-(22|ver|blog-header1|conf1g)|antichat|locus7s|phpspy|weevely|china(z|chopper)|jspspy|sh3ll|upl\d?|up__\w+|simple-backdoor|symlink|haxor|wsoshell|tinyfilemanager|xleet|about\.php7|nf_tracking|alfanew\d?)\.(php\d?|phtml|asp|aspx|jsp|jspx|cgi|pl)(7|$|\?)"#,
      in: .path, "the name of a well-known web shell"),
  ]
}
