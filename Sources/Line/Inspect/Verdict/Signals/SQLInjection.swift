/// SQL injection: what breaks out of a literal and bends the condition around it.
///
/// Sources: OWASP Testing Guide (WSTG-INPV-05), the manuals of MySQL, PostgreSQL, SQL Server, Oracle and SQLite.
extension Signals {
  static let sqlInjection: [Signal] = [
    Signal(
      "sqli-union-select", .sqli, 60, #"\bunion\W+((all|distinct|distinctrow)\W+)?select\b"#, wordy: true,
      "UNION SELECT grafts a second query on"),
    Signal(
      "sqli-numeric-tautology", .sqli, 60,
      #"(\b(or|and|xor|having|where|when|if)\b|\|\||&&)[\s('"`]*-?[\d.]+[\s)'"`]*(=|<>|!=|<=>|<|>|\blike\b)[\s('"`]*-?[\d.]+\s*($|['"`)#;]|--|and\b|or\b|limit\b|/\*|,|then\b|union\b|order\b|\|\||&&|%|\()"#,
      "a comparison of two constants steers the WHERE clause"),
    Signal(
      "sqli-bare-equation", .sqli, 50,
      #"^[\s('"]*\d+['")\s]*=[\s('"]*\d+['")\s]*(--|#|;|/\*|=|$)|\b\d\.e(\s*\(|\.\w|\s+from\b)"#,
      in: PartPlaces(.value), "an equation of constants"),
    Signal(
      "sqli-quoted-tautology", .sqli, 60,
      #"\b(or|and|xor|having|where|not)\b[\s(]*['"`][^'"`]*['"`][\s)]*(=|<>|!=|<=>|<|>|\b(like|rlike|regexp|in|is|between|glob)\b)[\s(]*['"`\d%]"#,
      "a comparison of two quoted constants steers the WHERE clause"),
    Signal(
      "sqli-boolean-after-quote", .sqli, 55,
      #"['"`][\s)]*(\b(or|and|xor|div|mod)\b|\|\||&&)[\s(!~+-]*['"`\w@.]+[\s'"`)]*(=|<>|!=|<|>|\b(like|ilike|rlike|regexp|glob|in|is|between|sounds|similar\s+to)\b)"#,
      "a quote is closed and a condition follows"),
    Signal(
      "sqli-boolean-comparison", .sqli, 35,
      #"(^|[\s)'"`\d])(or|and|xor)\s+[\w.@\[\]]+(\([^)]*\))?\s*(=|<>|!=|<|>)\s*[\w'"`(@\[-]"#, wordy: true,
      "a condition of the form AND x = y"),
    Signal(
      "sqli-leading-boolean", .sqli, 50,
      #"^[\s\d'")]*\b(or|and|xor)\s+[\w.@]+(\([^)]*\))?\s*(=|<>|!=|<|>)\s*['"(]*[\w.@-]+['")\s]*(#|--|;|\(|$)"#,
      "the whole value is a condition"),
    Signal(
      "sqli-negation-after-quote", .sqli, 42,
      #"['"`][\s)]*(is\s*not|not\s*(like|glob|in|rlike|regexp|between)|is\s+(null|true|false)|sounds\s+like|glob|collate|div|rlike)\b[\s('"-]*['"\w]"#,
      "a quote is closed and a negation follows"),
    Signal(
      "sqli-postgres-cast", .sqli, 50,
      #"['")\d\]]::\s?(jsonb?|int\d?|integer|text|bool(ean)?|numeric|varchar|regclass|bytea|float\d?)\b|\bcast\s*\([^)]*\bas\s+(int|char|signed|numeric|varchar|decimal)|(<@|@>|#>>?)\s*'"#,
      "a cast between database types"),
    Signal(
      "sqli-boolean-literal", .sqli, 50,
      #"(^|['"`)\d])\s*\b(or|and|xor)\b[\s(+]*(not\s+)?(true|false|null|exists|1|0|isnull)\b[\s)]*($|--|#|/\*|;|\(|limit\b)"#,
      "a condition that is a constant"),
    Signal(
      "sqli-quote-comment", .sqli, 50,
      #"^[^\n<>{]*['"`][\s);]*(--($|[\s+-])|#\s*$|/\*|;\s*(--|#)|;?\x00)"#,
      "a quote is closed and the rest of the statement is commented out"),
    Signal(
      "sqli-comment-end", .sqli, 30, #"[\w)'"`;\s](--\s+[+-]?\s*$|--$|\s#\s*$|/\*\s*$)"#,
      "an SQL comment swallows what follows"),
    Signal(
      "sqli-quote-keyword", .sqli, 42,
      #"(^|[^a-z])['"`][\s);,]*(or|and|xor|union|select|having|order\s+by|group\s+by|like\s*['"(%]|rlike|between\s+['"\d]|in\s*\(|is\s+(not\s+)?null|where|limit\s+\d|procedure|waitfor|insert|update|delete|drop|exec|regexp\s*['"(]|grant)([\s('"`+@!~-]|$)"#,
      "a quote is closed and an SQL keyword follows"),
    Signal(
      "sqli-quote-operator", .sqli, 40,
      #"^[\w\s.@%-]*['"`][\s)]*(=|<>|!=|<=>|\|\||&&|\*|\^|%|-|\+|/|<|>|~|&|\|)[\s(!~+-]*['"`\d@]"#,
      "a quote is closed and an operator follows"),
    Signal(
      "sqli-dangling-literal", .sqli, 30,
      #"\b(or|and|having|where|like)\b[\s(]*['"`]?[\w%]*['"`]\s*(=|<|>|like\b)?\s*['"`]?[\w%]*$"#,
      wordy: true, "a literal is left open at the end"),
    Signal(
      "sqli-order-by-number", .sqli, 50,
      #"\b(order|group)\s+by\s+(\d{1,4}|\(?\s*(select|case|if|rand)\b)\s*(\(|,|--|#|$|/\*|;|\)|desc|asc|then|when|limit)"#,
      "ORDER BY a column number counts the columns"),
    Signal(
      "sqli-group-having", .sqli, 55, #"(\bgroup\s+by\b[^\n]+\bhaving\b|\bhaving\s+['"(]*\d+['")]*\s*[=<>])"#,
      "GROUP BY … HAVING lists columns by their errors"),
    Signal(
      "sqli-null-columns", .sqli, 50, #"\bselect\b[\s(]*(null|\d+|'[^']*'|@\w+)\s*,\s*(null|\d+|'[^']*'|@|\w+\()"#,
      "SELECT of bare constants counts columns"),
    Signal(
      "sqli-version-comment", .sqli, 50, #"/\*!\s*\d{0,6}\s*[a-z(]"#, "a MySQL version comment hides code"),
    Signal(
      "sqli-inline-comment", .sqli, 35,
      #"\b(union|select|or|and|from|where|insert|update|delete|order|like|into)/\*[^*]*\*/"#,
      "a comment stands where SQL wants a space"),
    Signal(
      "sqli-broken-keyword", .sqli, 45,
      #"\b(un\W{1,8}ion|sel\W{1,8}ect|se\W{1,8}lect|un/\*|sel/\*|ununionion|selselectect)"#,
      in: PartPlaces(.value, .name, .path, .cookie), "a keyword is split to slip past a filter"),
    Signal(
      "sqli-quote-then-paren", .sqli, 32, #"^[\w\s.-]*['"`][\s]*\)+\s*(,|;|or\b|and\b|as\b|-|\+|--|#|$)"#,
      in: PartPlaces(.value, .cookie, .header, .path), "a quote and a parenthesis are closed early"),
    Signal(
      "sqli-hex-literal", .sqli, 15, #"\b0x[0-9a-f]{6,}\b"#, "a hexadecimal literal"),
    Signal(
      "sqli-like-wildcard", .sqli, 35, #"\b(like|rlike|regexp)\s*[(+\s]*(binary\s+)?['"`]%?[^'"`]*(%|$)"#, wordy: true,
      "LIKE with an open pattern"),
    Signal(
      "sqli-is-null", .sqli, 25, #"\b(is\s+(not\s+)?null|not\s+between\s+0\s+and|exists\s*\(|not\s+in\s*\()"#,
      wordy: true,
      "a condition on NULL"),
    Signal(
      "sqli-if-arithmetic", .sqli, 50,
      #"\b(iif|if|elt|make_set|nullif|ifnull|coalesce|decode|case\s+when)\s*\(?\s*\(?-?\d+\s*(=|<>|<|>|,)\s*-?\d+"#,
      "a conditional over constants asks yes-or-no questions"),
    Signal(
      "sqli-fuzz-quotes", .sqli, 40, #"^[\w-]{0,12}(['"`][().,'"`\s;\\]{2,}|[().,]{2,10}['"`][().,'"`\s]*)$"#,
      in: PartPlaces(.value), "quotes and brackets that only test whether an error comes"),
  ]
}
