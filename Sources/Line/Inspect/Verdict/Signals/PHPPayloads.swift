/// PHP, Python, Ruby, Perl and JavaScript that would run on the server.
extension Signals {
  static let phpPayloads: [Signal] = [
    Signal(
      "php-open-tag", .php, 60,
      #"<\?(php\b|=|\s+(echo|system|eval|exec|print|phpinfo|\$|require|include|passthru|die))|<script\s+language\s*=\s*["']?php|\[/?\\?php\]|\{/?php\}"#,
      "PHP's opening tag"),
    Signal(
      "php-dangerous-call", .php, 55,
      #"(^|[^\w.>])(system|passthru|shell_exec|proc_open|popen|pcntl_exec|phpinfo|assert|create_function|call_user_func(_array)?|array_(map|filter|walk|reduce|diff\w*|udiff)|usort|uasort|uksort|register_(shutdown|tick)_function|ob_start|gzinflate|gzuncompress|str_rot13|base64_decode|hex2bin|file_(get|put)_contents|readfile|highlight_file|show_source|php_uname|get_current_user|getmyuid|posix_\w+|ini_(set|get|restore)|putenv|apache_setenv|move_uploaded_file|unserialize|preg_replace|mb_ereg_replace|parse_str|dl|fsockopen|pfsockopen|curl_(exec|init|multi_exec)|scandir|opendir|chroot|symlink|var_dump|print_r|get_defined_(vars|functions|constants)|set_time_limit|zlib_(de|en)code|gethostbyname|phpversion|php_sapi_name|php_strip_whitespace|error_log|session_start|checkdate|substr_replace|ldap_\w+|odbc_\w+|pg_\w+|mysqli?_\w+|sodium_\w+|tidy_\w+|zend_\w+|stream_\w+|ftp_\w+|simplexml_load_\w+|imap_\w+|sqlite_\w+|openssl_\w+|date_add|func_get_args|fopen|fwrite|fputs|is_file|strrev|str_replace)\s*(/\*[^*]*\*/\s*)?=?\(\s*(['"$\w(/*@]|\)|$)"#,
      in: PartPlaces(.value, .name, .path, .cookie, .userAgent, .header, .referer), "a PHP function is called"),
    Signal(
      "php-common-call", .php, 40,
      #"(^|[^\w.>])(eval|exec|include(_once)?|require(_once)?|chr|ord|copy|unlink|rename|mkdir|glob|die|exit|echo|print|define|implode|substr|mail|extract|assert|system)\(\s*(['"$(/*@]|\w+\s*[(,)]|\))"#,
      in: PartPlaces(.value, .name, .path, .cookie, .userAgent, .header, .referer), "a function of PHP is called"),
    Signal(
      "php-superglobal", .php, 60,
      #"\$_?(get|post|request|cookie|server|files|session|env|globals)\b\s*(\[|\{|\)|;|=|$)|\$\{?_(get|post|request|cookie|server|files|session|env)\b|\$globals\b|\$http_(post|get|cookie|server|env)_\w+"#,
      "a PHP variable of the request"),
    Signal(
      "php-variable-braces", .php, 32, #"\$\s*\{\s*\{?\s*(\$\w|['"]\w|_[a-z'".])"#,
      in: PartPlaces(.value, .cookie, .name), "a PHP variable whose name is computed"),
    Signal(
      "php-variable-call", .php, 55,
      #"\$+\{?[a-z_]\w*\}?(\{\d\}|\[[^\]]*\])?\s*\(\s*['"\w$]*[^)\n]*\)|\(\s*['"][\w]{2,12}['"]\s*\.\s*['"]\w{1,12}['"]\s*\)\s*\(|\(\s*\d\s*\^\s*\d\s*\)|["'][^"']{1,12}["']\s*\^\s*["']|\$\w+\s*=\s*['"$(\w][^;|]*;\s*[$\w]|\[\s*\d\s*\]\s*\(|~[\x80-\xff]{3,}"#,
      in: PartPlaces(.value, .cookie, .name, .userAgent), "a PHP function is called by way of a variable"),
    Signal(
      "php-object", .php, 65, #"(^|[;{|"'&=\s])[oc]:\+?\d{1,6}:["'\\]{1,3}[\w\\/]+["'\\]{1,3}:\+?\d{1,6}:\{"#,
      "a serialised PHP object"),
    Signal("php-array", .php, 25, #"(^|[^a-z])a:\d{1,6}:\{(i:\d+|s:\d+:)"#, "a serialised PHP array"),
    Signal(
      "php-setting", .php, 60,
      #"\b(auto_(prepend|append)_file|allow_url_(include|fopen)|disable_functions|open_basedir|safe_mode|suhosin\.simulation|cgi\.(force_redirect|redirect_status_env|rfc2616)|zend_extension|extension_dir|user_ini|output_handler|display_errors|enable_dl|mail\.add_x_header|sys_temp_dir|date\.timezone|opcache\.\w+|session\.\w+)\s*(=|\s)|(^|[&?\s])-[dscnf]\s*(\+|\s)?\w+\s*="#,
      "a PHP setting is changed"),
    Signal(
      "php-template-filter", .php, 55,
      #"(index/)?\\?think\\?[/\\](app|container|request|view|template|module)|invokefunction|\bvars\[0\]=|\brunshell\b|\bmodule=action"#,
      "a call into the ThinkPHP framework"),
    Signal(
      "php-shell-parameter", .php, 50,
      #"^(widgetconfig\[code\]|subwidgets|_class|dataurl|func(tion)?_name|mail\[#(markup|post_render|type)\]|.*#(post_render|pre_render|markup|lazy_builder|access_callback|submit|validate)\]?.{0,10}|globals|_session\[.*|auto_prepend_file)$"#,
      in: PartPlaces(.name), "a parameter that reaches PHP code"),
  ]

  static let scriptPayloads: [Signal] = [
    Signal(
      "python-code", .rce, 65,
      #"\b__import__\s*\(|\bos\.(system|popen|exec\w+|spawn\w+|listdir|environ|getcwd|remove)\b|\bsubprocess\s*\.|["']subprocess["']|!!python/|\bimport\s+(os|sys|socket|subprocess|pty|base64|commands|urllib\d?|requests)\b|\bsocket\.(gethostbyname|socket|create_connection)|\bcompile\s*\(\s*['"]|\bpickle\.loads|\b(c|s)?posix\nsystem|\bc(os|posix|nt|builtins|__builtin__|subprocess)\n\w|\(lp0|\bopen\s*\(\s*['"]/(etc|proc)|\bexec\s*\(\s*['"]import|\bgetattr\s*\(\s*\w|\bprint\s*\(\s*open"#,
      "Python code"),
    Signal(
      "ruby-code", .rce, 60,
      #"\bkernel\.(exec|system|open|fork|spawn|`)|\bio\.(popen|read|sysopen|binread)|%x[\[({|!/<]|\bopen3\b|\bprocess\.(spawn|fork|exec|clock|kill)|!ruby/|\bto_i\s*\)|\.to_sym\b|\.(instance|class)_eval\b|\bfile\.(read|open|write)\s*\(|\berb\.new\b|\bdir\.entries\b|\|\s*curl"#,
      "Ruby code"),
    Signal(
      "perl-code", .rce, 50,
      #"\b(use\s+(socket|io::socket|strict|lwp)\b|print\s*['"`]\w{2,}['"`]\s*;|open\s*\(\s*\w+\s*,|qx[/{(\[|!]|\$\{\\?\s*\(|readline\b|\bsysopen\b|\bsystem\s+['"]|\bexec\s+['"]|@\{\[)"#,
      wordy: true, "Perl code"),
    Signal(
      "node-code", .nodejs, 65,
      #"\brequire\s*\(\s*['"`]\s*(node:)?(child_process|fs|os|net|http|https|vm|path|process|crypto|util|module|dns|cluster)\b|\bchild_process\b|\bprocess\s*[.\[]\s*['"]?(mainmodule|binding|env\b|exit\b|kill\b|dlopen|argv|version\b|cwd\b|stdout)|\bglobal(this)?\s*[.\[]\s*['"]?process\b|_\$\$nd_func\$\$_|\b(exec|spawn|fork|execfile)sync\s*\(|\bfs\s*\.\s*(read|write|append|unlink|readdir)\w+\s*\(|\bthis\.constructor\b|\bfunction\s*\(\s*\)\s*\{[^}]*(return|require|process|exec)|\bmodule\.exports\b|\breturn\s+(global|process|this\.)|\bnew\s+function\s*\(|\bres(ponse)?\.(end|send|write)\s*\(|\bbuffer\.from\s*\("#,
      in: PartPlaces(.value, .name, .path, .cookie, .header, .userAgent), "JavaScript for Node.js"),
    Signal(
      "node-prototype", .nodejs, 55,
      #"\b__proto__\b|\bconstructor\s*[.\[]+['"]?\s*prototype|\bprototype\s*[.\[]+['"]?\s*(constructor|__proto__|\w+\]?\s*=)|\b__define(g|s)etter__"#,
      "an object's prototype is polluted"),
    Signal(
      "node-react-flight", .nodejs, 60,
      #"^\$\d+:(constructor|__proto__|then)|"\$1:|\$@\d|_formdata|_prefix["']|\$\w?\d?:constructor|"then"\s*:\s*"\$"#,
      in: PartPlaces(.value, .document), "a forged React server payload"),
    Signal(
      "yaml-tag", .rce, 65,
      #"!!\s*(javax?|python|ruby|com|org|js|perl|php|sun)[./:/]|!ruby/(object|hash|struct)|!<!js|\byaml\.load\b"#,
      "a YAML tag that builds objects"),
    Signal(
      "orm-lookup", .sqli, 32,
      #"^\w+(__\w+){2,}$|^\w+__(password|passwd|token|secret|resettoken|is_superuser|is_staff)\w*|__(i?(startswith|endswith|contains|regex|exact)|isnull|gte?|lte?)$"#,
      in: PartPlaces(.name), "a look-up across database relations"),
  ]
}
