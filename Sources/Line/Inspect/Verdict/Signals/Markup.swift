/// Cross-site scripting: markup that carries script, or that a form field has no reason to hold.
extension Signals {
  static let markup: [Signal] = [
    Signal(
      "xss-active-tag", .xss, 45,
      #"<[\s/]*(svg|iframe|object|embed|applet|base|frameset|frame|bgsound|marquee|isindex|math|animate\w*|set|layer|ilayer|xml|xss|meta|link|style|noscript|plaintext|listing|xmp|keygen|foreignobject|template|dialog|noembed|noframes|import|body|html|head|title|textarea|audio|video|source|details|portal|math|mtext|mglyph|handler|listener|use|feimage|event-source)([\s/>"'+#\x0b\x0c\[(;&]|$)"#,
      "a tag that can carry script"),
    Signal(
      "xss-tag-with-url", .xss, 55,
      #"<[\s/]*(meta|link|base|object|embed|iframe|frame|applet|form|input|button|isindex|bgsound|layer|script|image|table|td|body|xml|use|svg|style|video|audio)\b[^>]*\b(src|href|data|content|code|codebase|http-equiv|action|formaction|background|lowsrc|dynsrc|poster|srcdoc|xlink:href|values|to|from|type)\s*="#,
      "a tag that loads from elsewhere"),
    Signal(
      "xss-image-tag", .xss, 35,
      #"<[\s/]*(img|image|input|button|select|a|div|p|b|i|x|form|table|td|br|span|font|center|h\d|q|s|u|em|strong|abbr|label|option|li|ul|area|map|canvas)[\s/+]+[^>]*\b(src|href|style|formaction|action|background|lowsrc|dynsrc|usemap|autofocus|id|name|class|fscommand|seeksegmenttime|tabindex)\b\s*=?\s*["'`]?\s*(x|j|d|a|\\|&#|//|1|#|>|javascript|data|http|autofocus|$)"#,
      in: PartPlaces(.value, .name, .path, .userAgent, .referer, .header, .cookie),
      "a tag with an attribute that can carry script"),
    Signal(
      "xss-any-tag", .xss, 20, #"<\s*/?\s*[a-z][a-z0-9:-]{0,14}(\s[^<>]*)?/?>"#, "an HTML tag"),
    Signal(
      "xss-any-tag-elsewhere", .xss, 40, #"<\s*[a-z][a-z0-9:-]{0,14}[\s/>]"#,
      in: PartPlaces(.path, .name, .userAgent, .referer),
      "an HTML tag where none belongs"),
    Signal(
      "xss-tag-break", .xss, 40,
      #"["'`][\s/]*>[\s"'`]*<|["'`]\s*/?>\s*$|^\s*["'`]>|-->\s*<|</(title|textarea|style|script|noscript|xmp|select|option|iframe|noembed|template|math|a)\s*>"#,
      "a tag or an attribute is closed from inside"),
    Signal(
      "xss-comment-break", .xss, 30, #"(^|\s)--!?>|<!--|<!\[cdata\[|\]\]>|<!\[if|<!\w{0,8}>?"#,
      in: PartPlaces(.value, .name, .path, .userAgent), "a markup comment"),
    Signal(
      "xss-style-code", .xss, 60,
      #"(style\s*=[^>]*(expression\s*\(|behaviou?r\s*:|-moz-binding|javascript|@import)|expression\s*\([^)]*(alert|eval|document|location)|-moz-binding\s*:|@\\?i\\?m\\?\w*port\s*['"(]|\bbehaviou?r\s*:\s*url|url\s*\(\s*['"]?\s*(javascript|vbscript|data:text))"#,
      "style that runs script"),
    Signal(
      "xss-style-import", .xss, 45, #"<style\b[^>]*>[^<]*(@import|url\s*\(|expression|\{)|@import\s*['"(]|<style\s*>"#,
      "style from elsewhere"),
    Signal(
      "xss-data-uri", .xss, 55,
      #"\bdata\s*:\s*(text/(html|xml|javascript)|application/(x-)?(javascript|xhtml\+xml|xml)|x-scheme|,)[^,]*[,;]"#,
      "a data: URL with script or markup"),
    Signal(
      "xss-data-svg", .xss, 25, #"\bdata\s*:\s*image/svg\+xml"#, "an SVG in a data: URL"),
    Signal(
      "xss-xml-stylesheet", .xss, 55,
      #"<\?xml-stylesheet|<\?import\b|<\s*xsl:|xmlns\s*=\s*["']?http://www\.w3\.org/(1999/xhtml|2000/svg|1998/math)|<\w+:script\b|<t:set\b|<xss\b|namespace\s+prefix\s*="#,
      in: PartPlaces(.value, .name, .path), "markup in another namespace"),
    Signal(
      "xss-srcset", .xss, 50,
      #"\b(formaction|xlink:href|srcdoc|http-equiv|allowscriptaccess|dynsrc|lowsrc|fscommand)\s*="#,
      in: PartPlaces(.value, .name, .path, .userAgent, .referer), "an attribute that can carry script"),
    Signal(
      "xss-autofocus", .xss, 40, #"\b(autofocus|contenteditable|accesskey)\b\s*(=|>|/|on\w+)"#,
      in: PartPlaces(.value, .name, .path),
      "an attribute that fires an event by itself"),
    Signal(
      "xss-unusual-brackets", .xss, 45,
      #"\xbc\s*/?\s*(script|img|svg|iframe)[^\xbe]*\xbe|\xbcscript|\xe2\x80\xb9script"#,
      "angle brackets of another character set"),
    Signal(
      "xss-angular", .xss, 55,
      #"\{\{[^}]*(constructor|\$on\b|\$eval|tostring\(|_c\.|\bthis\b|charat|\[\s*['"]|\$parent|__proto__|alert)|\bng-(app|csp|init|click|focus|include|bind-html\w*|on\w+|controller|src|blur)\b|\bv-(html|on|if|bind|for)[\s:=\]]|\bx-(data|init|html)\s*=|@click\s*="#,
      "a template expression that runs in the browser"),
    Signal(
      "xss-vml", .xss, 50,
      #"<(v|o):\w+\s|#default#(vml|time|time2|behavior)|<\?php_track_vars|\bjscript\.encode\b|\bvbscript\.encode\b|language\s*=\s*["']?(javascript|jscript|vbscript)"#,
      "markup of old browsers that runs script"),
  ]
}
