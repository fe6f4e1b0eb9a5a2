/// SQL statements, functions and tables that have no business inside a value.
extension Signals {
  static let sqlStatements: [Signal] = [
    Signal(
      "sqli-subselect", .sqli, 45, #"[(,=|&+*/-]\s*\(*\s*select\b[\s('"`@+]"#, "a SELECT inside an expression"),
    Signal(
      "sqli-select-from-system", .sqli, 60,
      #"\bselect\b.+\bfrom\b[\s(`"\[]*(information_schema|mysql|pg_\w+|sys|sysobjects|all_\w+|user_\w+|dba_\w+|dual|master|msys\w+|sqlite_\w+|v\$\w+|rdb\$\w+|generate_series|pg_sleep|users?|admins?|members?|accounts?|wp_\w+|jos_\w+|tbl\w+|customers?|passwords?|login)\b"#,
      "SELECT from a system or account table"),
    Signal(
      "sqli-select-star", .sqli, 50,
      #"\bselect\s+(top\s+\d+\s+)?(\*|@@\w+|\w+\s*\([^)]*\)|[\w.`"]+\s*(,\s*[\w.`"*()]+)+)\s*(from|into|as)\s"#,
      "a whole SELECT statement"),
    Signal(
      "sqli-select-variable", .sqli, 50,
      #"\bselect\s*[\s(]+(@@\w+|version\s*\(|user\s*\(|database\s*\(|load_file|char\s*\(|chr\s*\(|pg_|sleep|benchmark|if\s*\(|case\s+when|count\s*\(|concat|group_concat|utl_|dbms_|sys\.|extractvalue|xmltype|updatexml|ascii|substr|mid\s*\(|length\s*\(|hex\s*\(|cast\s*\(|convert\s*\()"#,
      "SELECT of a server function"),
    Signal(
      "sqli-whole-select", .sqli, 50,
      #"^\W*select\s+(\w+\s*\([^\n]*\)\s*(from\s+[\w.]+\s*)?;?\s*(--|#)?|[\w.*@]+(\s+\w+)?\s*;\s*(--|#)?|[\w.*@]+(\s+\w+)?\s+from\s+\w+\.\w+\s*;?|current_\w+|(session|system)_user\b[^\n]*|\(\s*case\b[^\n]*)$|\bsysibm\.|\butl_\w+\.\w+\s*\("#,
      "the whole value is a query"),
    Signal(
      "sqli-select-from", .sqli, 32,
      #"\bselect\s+[\w.\[\]@"'`*]+\s+from\s+[\w.\[\]"'`]+(\s*($|[;),#'"`]|--)|\s+(where|limit|order|group|union|having|into|as)\b)"#,
      wordy: true, "SELECT … FROM"),
    Signal(
      "sqli-stacked", .sqli, 55,
      #";\s*(insert\s+into|delete\s+from|update\s+[\w.\[\]"]+\s+set|drop\s+\w|truncate\s+\w|alter\s+\w|create\s+\w|exec(ute)?[\s(]+[\w@'(]|declare\s+@?\w|waitfor\s+\w|shutdown\b|if\s*\(|iif\s*\(|begin\s+\w|select\s+[\w*@'(]|set\s+@|merge\s+into|grant\s+\w|backup\s+\w|dbcc\s+\w|copy\s+\w|call\s+\w|rename\s+table|handler\s+\w|prepare\s+\w|vacuum\s+into|attach\s+database)"#,
      wordy: true, "a second statement is stacked behind a semicolon"),
    Signal(
      "sqli-drop", .sqli, 55,
      #"\b(drop|alter|truncate|create)\s+(or\s+replace\s+)?(table|database|schema|view|login|procedure|function|trigger|tablespace|index|sequence|user|role)\b\s*(if\s+(not\s+)?exists\s+)?['"`\[]?[\w.@$]+\s*($|[;,(#'"`]|--|\w+\s*[(;]|cascade|identified|with|add|drop|set|values)"#,
      wordy: true, "a statement that changes the schema"),
    Signal(
      "sqli-insert", .sqli, 55,
      #"(\binsert\s+(ignore\s+)?into\s+[\w.`"\[\]]+\s*(\(|values\b|select\b|set\b|default\b)|\bdelete\s+from\s+[\w.`"\[\]]+\s*(where\b|;|--|$|#)|\bupdate\s+[\w.`"\[\]]+\s+set\s+[\w.`"\[\]]+\s*=|\bbulk\s+insert\s+\w|\breplace\s+into\s+\w+)"#,
      wordy: true, "a statement that changes data"),
    Signal(
      "sqli-file", .sqli, 60,
      #"\b(into\s+(out|dump)file\b|load_file\s*\(|load\s+data\s+(local\s+)?infile|backup\s+(database|log)\s+\w|lo_(import|export)\s*\(|pg_read_file|copy\s+\w+[^\n]*\b(from|to)\s+(program|'))"#,
      "SQL that reads or writes files"),
    Signal(
      "sqli-grant", .sqli, 50, #"\bgrant\s+[\w\s,]{2,}\s+(to|on)\s+\w+\s*(;|to\b|--|$|identified)"#, wordy: true,
      "SQL that gives rights"),
    Signal(
      "sqli-time", .sqli, 60,
      #"(\bpg_sleep\s*\(|\bbenchmark\s*\(\s*[\d\[][^,]*,|\bwaitfor[\s(]+(delay|time)[\s'"(]|\bdbms_(pipe\.receive_message|lock\.sleep|session\.sleep)|\brandomblob\s*\(|\bgenerate_series\s*\(\s*\d|\bdbms_utility\.sqlid|\brand\s*\(\s*\)\s*\*\s*2|heavy_query|regexp_substring\s*\(\s*repeat)"#,
      "a function that makes the database wait"),
    Signal(
      "sqli-sleep", .sqli, 45, #"(^|[^.\w])sleep\s*\(\s*[\d\[({]"#, "SLEEP() asks a blind question"),
    Signal(
      "sqli-error-function", .sqli, 55,
      #"\b(extractvalue|updatexml|xmltype|gtid_subset|gtid_subtract|json_keys|geometrycollection|polygon|multipoint|multilinestring|linestring|multipolygon|name_const|st_latfromgeohash|st_pointfromgeohash|exp\s*\(\s*~|procedure\s+analyse\b|ctxsys\.drithsx|utl_(http|inaddr|file|smtp)\.|dbms_(xmlgen|ldap|scheduler|java|export_extension|sql|assert)|httpuritype|ordsys\.|sys\.(fn_|database_|eval|xp_)|dbms_xmlquery)\s*[.(]"#,
      "a function used to leak data by errors or by the network"),
    Signal(
      "sqli-system-tables", .sqli, 50,
      #"(\binformation_schema\b|\bsys(objects|columns|databases|users|comments|logins)\b|\bsyscat\b|\bpg_(catalog|database|shadow|user|tables|class|ls_dir|stat_activity|authid|roles)\b|\bsqlite_(master|temp_master|version|schema)\b|\b(all|user|dba)_(tables|tab_columns|users|objects|source|constraints)\b|\bv\$(version|instance|database|session)|\bmysql\.(user|db|innodb|help)|\bmsys(objects|accessobjects|aces|queries)|\brdb\$(relations|database)|\bmaster(\.\.|\.dbo|\.sys)|@@(version|hostname|datadir|servername|identity|basedir|secure_file|global|max_))"#,
      "the name of a system table or server variable"),
    Signal(
      "sqli-server-procedure", .sqli, 60,
      #"\b(xp_(cmdshell|dirtree|fileexist|regread|regwrite|subdirs|availablemedia|servicecontrol|enumdsn|loginconfig|makecab|ntsec_enumdomains|terminate_process|reg\w+)|sp_(executesql|oacreate|oamethod|password|addextendedproc|addlogin|configure|makewebtask|makewebpage|adduser|addsrvrolemember|help\w*|who\w*|prepare|execwithcursors|start_job|add_job\w*|addremotelogin|send_dbmail)|openrowset\s*\(|opendatasource\s*\(|openquery\s*\(|fn_(xe_file|trace_gettable|virtualfilestats|get_audit_file|varbintohexstr)|sys_eval|sys_exec|shutdown\s+with\s+nowait|reconfigure\s+with)"#,
      "a stored procedure that runs commands or reads files"),
    Signal(
      "sqli-char-building", .sqli, 50,
      #"(\bn?char\s*\(\s*\d{1,4}\s*\)\s*(\+|\|\||,|&|%|\)|$)|\bn?char\s*\(\s*(0x[0-9a-f]+|\d{1,3})\s*,\s*\d|\bchr\s*\(\s*\d{1,4}\s*\)\s*(\|\||\.|&|\+)|\bchar\s*\(\s*[xX]?\d)"#,
      "text built from character numbers"),
    Signal(
      "sqli-function-call", .sqli, 25,
      #"\b(concat(_ws)?|group_concat|ascii|substr(ing)?|mid|ord|unhex|hex|ifnull|isnull|nullif|coalesce|current_user|system_user|session_user|user_name|db_name|host_name|schema_name|object_id|suser_s?name|is_srvrolemember|has_dbaccess|to_char|rawtohex|bin|quote|cast|convert|md5|sha1|database|version|to_base64|from_base64|row_count|last_insert_id|uuid)\s*\("#,
      "an SQL function"),
    Signal(
      "sqli-case-when", .sqli, 50, #"\bcase\b[^\n]*\bwhen\b[^\n]+\bthen\b"#, wordy: true,
      "CASE WHEN … THEN asks yes-or-no questions"),
    Signal(
      "sqli-declare", .sqli, 50,
      #"\b(declare\s+@\w+\s+(n?varchar|int|char|sysname|table|cursor)|exec(ute)?\s*\(\s*(@\w+|'|0x|char|n')|execute\s+immediate\s*['"(]|exec\s+master|exec\s+(xp_|sp_)|begin\s+declare)"#,
      "a script in the database's own language"),
    Signal(
      "sqli-limit", .sqli, 20, #"\blimit\s+\d+\s*(,|offset)\s*\d+|\blimit\s+\d+\s*(--|#|;|\)|$|\()"#, "a LIMIT clause"),
    Signal(
      "sqli-from-where", .sqli, 25, #"\bfrom\s+[\w.`"\[\]]+\s+where\s+[\w.`"\[\](]+\s*(=|<|>|like|in|is|between|not)"#,
      wordy: true,
      "FROM … WHERE"),
    Signal(
      "sqli-table-alias", .sqli, 25,
      #"\)\s*(as\s+)?[a-z]\w{0,8}\s*(\)|where|group|limit|union|--|#)|\bas\s+(int|numeric|varchar|char|signed|unsigned)\s*\)"#,
      "a derived table"),
  ]

  static let noSQLInjection: [Signal] = [
    Signal(
      "nosql-script", .sqli, 55,
      #"(^|[;'"])\s*\d*\s*;?\s*(var|let|const)\s+\w+\s*=\s*(new\s+\w+|\w+)[^;\n]*;|\bdo\s*\{[^}]*\}\s*while\s*\("#,
      "JavaScript statements"),
    Signal(
      "nosql-operator-name", .sqli, 60,
      #"\[\s*['"]?\$(ne|gt|gte|lt|lte|eq|regex|nin|in|exists|where|or|and|not|nor|type|size|mod|all|elemmatch|expr|function|options|text)['"]?\s*\]"#,
      "a MongoDB operator in the parameter's name"),
    Signal(
      "nosql-key", .sqli, 50,
      #"^\$(where|ne|gt|gte|lt|lte|regex|nin|exists|nor|expr|function|elemmatch|accumulator|jsonschema)$"#,
      in: PartPlaces(.name),
      "a MongoDB operator as a key"),
    Signal(
      "nosql-operator-text", .sqli, 50,
      #"(['"{,\[;\s]|^)\s*['"]?\$(where|ne|gt|gte|lt|lte|regex|nin|nor|or|and|exists|eq|expr|function|in|not)['"]?\s*:\s*['"{\[\d\w/]"#,
      in: PartPlaces(.value, .path, .cookie), "a MongoDB operator inside a value"),
    Signal(
      "nosql-shell", .sqli, 60,
      #"\bdb\.\w+\.(insert|find|remove|drop|update|aggregate|mapreduce|save|distinct|count|delete|renamecollection|runcommand)\w*\s*\(|\bdb\.(getcollectionnames|runcommand|admincommand|dropdatabase|version|stats|getname)\s*\(|\bmapreduce\s*[({:]"#,
      "a MongoDB shell command"),
    Signal(
      "nosql-return", .sqli, 55,
      #"['"][\s;)},]*\b(return\s*\(?\s*(true|false|1|'|"|!|this)|while\s*\(\s*(true|1)|var\s+\w+\s*=|this\.\w+\s*(==|!=|\.match)|sleep\s*\()|\|\|\s*['"]?\w+['"]?\s*={2,3}\s*['"]?\w|\bthis\.\w+\s*(==|\.match\s*\(|>|<)"#,
      "a quote is closed and JavaScript follows"),
    Signal(
      "nosql-busy-loop", .sqli, 50,
      #"\b(while|for)\s*\(\s*(true|1|!\W{0,3}(false|0|''|""|``|null|nan|undefined)|;;|!\[\]|'|"|`)[^)\n]*\)"#,
      "a loop that never ends"),
    Signal(
      "nosql-couch-redis", .sqli, 45,
      #"\r\n\s*(flushall|config\s+set|slaveof|eval\s+"|set\s+\w+\s+\d+\s+\d+)|(^|\s)(flushall|config\s+set\s+dir\b|slaveof\s+\w)"#,
      "a cache or queue command"),
  ]
}
