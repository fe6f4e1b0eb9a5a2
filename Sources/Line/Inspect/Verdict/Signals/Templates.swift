/// Template and expression languages that run on the server.
extension Signals {
  static let templates: [Signal] = [
    Signal(
      "ssti-arithmetic", .rce, 60,
      #"(\{\{|\$\{|#\{|@\{|\*\{|~\{|%\{|<%=?|\{%|@\(|\{=|\[\[|\{@|\$\{\{)\s*['"(]*\d{1,10}['")]*\s*[*+x-]\s*['"(]*\d{1,10}"#,
      "arithmetic in a template expression"),
    Signal(
      "ssti-python", .rce, 70,
      #"__(class|mro|subclasses|globals|builtins|init|base|bases|import|dict|getattribute|loader|reduce|code)__|\b(lipsum|cycler|joiner|get_flashed_messages)\b\s*[.|(\[]|\{\{[^}]*\b(config|self|request|session|settings|url_for|namespace|app|g|range|dict)\b\s*(\}\}|[.|\[(])|\{\{[^}]*(popen|getruntime|system|exec|registerundefinedfiltercallback|\|\s*(filter|map|sort|reduce|attr|join|format)\s*\(|_self\b|dump\s*\(|app\.|passthru|file_excerpt)|\{%[^%]*\b(import|include|extends|load|debug|set|if|for|raw|block|with|from|call|macro|print)\b"#,
      "a template that reaches into the interpreter"),
    Signal(
      "ssti-statement", .rce, 50,
      #"<%[=@!-]?\s*\w|\{%\s*\w+[^%]*%\}|<#(assign|list|if|include|import|macro)\b|\[#(assign|list)\b|#set\s*\(\s*\$\w|#(foreach|include|parse|evaluate)\s*\(|\{(php|literal|system|include|fetch|if|math|html_\w+|eval|self::)\b[^}]*[}('"\s]|\{\{#with\b|\{\{[#/>]\s*\w+|\{\{=\s*\S|\{\$smarty"#,
      "a statement of a template language"),
    Signal(
      "ssti-freemarker", .rce, 75,
      #"freemarker\.template|\?\s*(new|api|eval|interpret)\s*(\(|$)|\$\{\s*["']freemarker|utility\.(execute|objectconstructor|jythonruntime)"#,
      "FreeMarker runs a command"),
    Signal(
      "ssti-expression", .rce, 45,
      #"(\$\{|#\{|%\{|@\{|\*\{|__\$\{)[^}]*[.(\[@#'"][^}]*\}|\{\{\s*['"\[(][^}]*\}\}|\{\{[^}]*\|\s*(safe|upper|lower|length|e|raw|join)\b"#,
      in: PartPlaces(.value, .name, .path, .header, .cookie, .userAgent), "an expression of a template language"),
    Signal(
      "ssti-placeholder", .rce, 25, #"\{\{[^{}\n]+\}\}|\$\s*\{\s*[\w'$.{]+|#\{[^}\n]+\}|<\?=|@\{\["#,
      in: PartPlaces(.value, .path, .header, .name, .userAgent, .cookie), "a template placeholder"),
    Signal(
      "ssti-razor", .rce, 45,
      #"@\(\s*\d+\s*[*+]|@\{\s*(var|int|string)\s|@system\.|@\{\[\s*(system|getpwuid|rand|\$\$|`|\w+\s)|@html\.raw|@model\."#,
      "an expression of a template language"),
    Signal(
      "ssi-directive", .rce, 70, #"<!--\s*#\s*(exec|include|echo|printenv|config|set|flastmod|fsize|if)\b"#,
      "a server-side include"),
    Signal("esi-directive", .rce, 60, #"<\s*/?esi:\w+|<!--esi\b"#, "an edge-side include"),
    Signal(
      "latex-command", .rce, 50,
      #"\\(input|include|openin|openout|immediate|write18|read|catcode|lstinputlisting|verbatiminput|newread|newwrite|usepackage)\b\s*[\\{\[\d=]"#,
      in: PartPlaces(.value), "a LaTeX command that reads or runs"),
    Signal(
      "csv-formula", .rce, 55,
      #"^[=+@-]\s*(cmd|mshta|msexcel|dde|rundll32|excel)\s*\||\bhyperlink\s*\(\s*["']https?:|^[=+@-]\s*(webservice|importxml|importdata|importfeed|importhtml|importrange|filterxml|dde)\s*\("#,
      in: PartPlaces(.value), "a spreadsheet formula that runs"),
  ]

  static let javaPayloads: [Signal] = [
    Signal(
      "java-jndi", .java, 80, #"\$\{?\s*jndi\b|\bjndi\s*:\s*(ldaps?|rmi|dns|iiop|corba|nds|nis|https?)\b"#,
      "a JNDI look-up (Log4Shell, CVE-2021-44228)"),
    Signal(
      "java-log4j-lookup", .java, 60,
      #"\$\{\s*(lower|upper|env|sys|java|date|ctx|log4j|bundle|k8s|docker|web|spring|main|marker|map|sd|jvmrunargs|base64|event|script|url|dns|const|file|xml|properties|resourcebundle|urldecoder|base64decoder)\s*:|\$\{\W{0,6}:?-|\$\{[^\w\s]{1,6}[a-z]?:|\$\{:{1,3}-?\w|\$\{[^}]*\$\{[^}]*:-"#,
      "a look-up of a logging or text library"),
    Signal(
      "java-runtime", .java, 70,
      #"\bgetruntime\s*\(?|\bjava\.lang\.(runtime|processbuilder|system|class|thread|string|object|math)\b|\bprocessbuilder\b|\bt\s*\(\s*(java|org|javax)\.|\bclass\.forname\b|\bgetclass\s*\(\s*\)|\bjavax?\.(script|naming|el|management|io|net|util)\.[a-z]|\bscriptenginemanager\b|\bnew\s+java\.|\.exec\s*\(\s*["'\[{new]|\bgetmethod\s*\(|\bnewinstance\s*\(|\bloadclass\s*\("#,
      "Java classes that start programs"),
    Signal(
      "java-ognl", .java, 70,
      #"@java\.|\bognl\b|#_?memberaccess|#context\b|\bxwork\b|#(_|)(root|request|response|session|parameters|attr|application|out|cmd|p|rt|req|a|f)\s*=\s*[^;]*(@|new|#|\()|%\{\s*[(#'"]|\ballowstaticmethodaccess|redirect(action)?:\s*[$%]\{|\$\{#"#,
      "an OGNL expression (Struts)"),
    Signal(
      "java-classloader", .java, 75,
      #"\bclass\s*[.\[]\s*['"]?(module|classloader|protectiondomain|resources)\b|\bclassloader\s*\.\s*(resources|parent|urls|jarpath)"#,
      "a property path to the class loader (Spring4Shell, CVE-2022-22965)"),
    Signal(
      "java-serialised", .java, 65,
      #"(^|[^a-z0-9+/])(ro0ab[q-z0-9]|kztaaq|raced|aced0005)|\xac\xed\x00\x05|\bysoserial\b|<java\b[^>]*\bclass\s*=|<object\s+class\s*=\s*["']?java|\bxmldecoder\b|\bserializable\s+xmlns|ws\.apache\.org/xmlrpc/namespaces/extensions"#,
      "a serialised Java object"),
    Signal(
      "java-gadget", .java, 60,
      #"\b(org\.apache\.(commons|struts2?|xalan|velocity|catalina|logging|shiro|tomcat|ibatis|tapestry|naming)|com\.sun\.(org|rowset|jndi|syndication)|org\.springframework\.(context|beans|expression|web|jndi|core|cglib)|org\.codehaus\.groovy|com\.opensymphony|org\.mozilla\.javascript|com\.alibaba\.fastjson|com\.mchange|org\.hibernate|bsh\.interpreter|jdk\.nashorn|com\.thoughtworks\.xstream|org\.jboss|com\.zaxxer|ch\.qos\.logback|oracle\.jdbc|org\.postgresql|org\.h2|java\.(beans|util\.(priorityqueue|hashmap|concurrent|logging|scanner)|net\.url|rmi|io\.(file|buffered|input|print)))\b|\binvokertransformer\b|\bclasspathxmlapplicationcontext\b|\bjdbc:(h2|mysql|db2|derby|postgresql|oracle)[^\s]*(init=|autodeserialize|runscript|socketfactory|allowloadlocalinfile)"#,
      in: PartPlaces(.value, .name, .path, .cookie, .header, .document), "a class used in Java deserialisation attacks"),
    Signal(
      "java-autotype", .java, 65, #""@?(type|class|c)"\s*:\s*"(com|org|java|javax|sun|oracle|net|br|ch|bsh|jdk)\."#,
      "JSON that names the Java class to build"),
    Signal(
      "java-groovy", .java, 65,
      #"['"]\s*\.\s*execute\s*\(\s*\)|\bgroovy\.(lang|util|json|transform)|\bgroovyshell\b|\b@grab\b|@groovy\.|\{\{groovy\}\}|\bimport\s+(java|groovy|org)\.|\bthrow\s+new\s+exception\b|\bmetaclass\b"#,
      "a Groovy script"),
    Signal(
      "dotnet-gadget", .rce, 65,
      #"\bobjectdataprovider\b|\bsystem\.(diagnostics\.process|windows\.data|data\.services|management\.automation|web\.ui\.objectstateformatter|configuration\.install|reflection|io\.file|activities|web\.security|runtime)|"\$type"\s*:\s*"|\btypeconfusedelegate\b|(^|[^a-z0-9+/])aaeaaad/{3,}|\b(los|bin)formatter\b|\bwindowsidentity\b"#,
      "a serialised .NET object"),
  ]
}
