/// Cross-site scripting: script that would run in a reader's browser.
///
/// Sources: OWASP XSS Filter Evasion Cheat Sheet, the HTML standard (event handler attributes, URL schemes).
extension Signals {
  private static let dialog = #"(alert|prompt|confirm)"#

  static let scripting: [Signal] = [
    Signal(
      "xss-split-word", .xss, 55,
      #"(alert|prompt|confirm|eval|focus|onerror|onload|script)\s*<\w{0,8}/?>\s*[(\w=]|\bo<\w{0,8}>n\w*(<\w{0,8}>\w*)?="#,
      "a word of script is split by a tag that a filter removes"),
    Signal("xss-script-tag", .xss, 60, #"<\s*/?\s*script\b"#, "a script element"),
    Signal(
      "xss-handler-in-tag", .xss, 65, #"<[a-z!/?][^>]*[\s/"'`+\x0b\x0c]on[a-z]{3,}\s*="#,
      "an event handler inside a tag"),
    Signal(
      "xss-handler-after-quote", .xss, 50, #"["'`][\s/+>]*\bon[a-z]{3,}\s*=\s*["'`(]?\s*[\w$(\[\\&#]"#,
      "a quote is closed and an event handler follows"),
    Signal(
      "xss-handler-code", .xss, 50,
      #"\bon(error|load|click|dblclick|mouse\w{2,6}|focus\w{0,3}|blur|key\w{2,5}|toggle|begin|end|repeat|animation\w+|transition\w+|pointer\w+|wheel|scroll\w{0,3}|submit|change|input|select\w{0,6}|drag\w{0,5}|drop|resize|unload|beforeunload|hashchange|pageshow|popstate|start|finish|bounce|message|cut|copy|paste|contextmenu|readystatechange|propertychange|activate|abort|canplay\w*|loadstart|loadend|touch\w+|gesture\w+|invalid|search|auxclick|beforetoggle)[\s/]*=[\s/"'`(]*[^&\s]*(alert|prompt|confirm|eval|document|window|location|fetch|import|javascript|\(|`|=)"#,
      "an event handler with code"),
    Signal(
      "xss-javascript-uri-code", .xss, 60,
      #"\b(javascript|vbscript|livescript|mocha)\s*:[^\n]*(alert|prompt|confirm|eval|document\s*[.\[]|window\s*[.\[]|location|cookie|fetch\s*\(|import\s*\(|settimeout|setinterval|atob|fromcharcode|msgbox|\bthrow\b|constructor|//|%0a|/\*)"#,
      "a javascript: URL with code"),
    Signal(
      "xss-javascript-uri", .xss, 30, #"(^|[=(\s"'>,])(javascript|vbscript|livescript)\s*:\s*[^\s]"#, wordy: true,
      "a javascript: URL"),
    Signal(
      "xss-javascript-uri-broken", .xss, 60,
      #"\bj[\s\\]{0,4}a[\s\\]{0,4}v[\s\\]{0,4}a[\s\\]{1,4}s[\s\\]{0,4}c[\s\\]{0,4}r[\s\\]{0,4}i[\s\\]{0,4}p[\s\\]{0,4}t\s*:|\bjav[\s\\]{1,6}ascript\s*:|\bja[\s\\]{1,6}vascript\s*:|\bjavas[\s\\]{1,6}cript\s*:|\bvb[\s\\]{1,6}script\s*:"#,
      "a javascript: URL with white space inside"),
    Signal(
      "xss-dialog-call", .xss, 50,
      #"(^|[^\w.])"# + dialog
        + #"\s*(/\*[^*]*\*/\s*)?(\(\s*['"`\w/(\[!=+\\$]|\(\s*\)|`|\.\s*(call|apply|bind)\b|\?\.)"#,
      "a browser dialog is called"),
    Signal(
      "xss-dialog-hidden", .xss, 60,
      #"[(\[{,=]\s*['"`]?"# + dialog + #"['"`]?\s*[)\]}]+\s*[(`.\[]|"# + dialog
        + #"['"`]\s*\]\s*[(`]|['"`]al['"`]\s*\+|top\s*\[\s*['"`/]|\b(window|self|top|parent|this|globalthis|frames)\s*\[\s*['"`/\d(]"#,
      "a browser dialog is called in a roundabout way"),
    Signal(
      "xss-break-and-call", .xss, 60,
      #"["'`)\]};\\]\s*[;\-+*|,&/<>%^=?:)}]+\s*(\w+\s*[=(]\s*)?"# + dialog + #"\s*[(`.]"#,
      "a string is closed and a dialog is called"),
    Signal(
      "xss-document", .xss, 40,
      #"\bdocument\s*(/\*[^*]*\*/\s*)?[.\[]\s*(/\*[^*]*\*/\s*)?['"`]?(cookie|domain|write\w{0,2}|location|body|url|documenturi|documentelement|createelement|getelement\w+|queryselector\w*|appendchild|forms|images|referrer|scripts|defaultview|execcommand|implementation)"#,
      "the page's document is used"),
    Signal(
      "xss-cookie-theft", .xss, 60,
      #"(\bdocument\s*[.\[]\s*['"`]?cookie[^\n]*(\+|\)|,|;|$)|\+\s*document\s*\.\s*cookie|\blocalstorage\s*[.\[(]\s*['"]?(getitem|\w+)\s*\()"#,
      "cookies are read by script"),
    Signal(
      "xss-location-change", .xss, 45,
      #"\b(window|document|self|top|parent|this)?\.?location(\.(href|replace|assign|hash|search))?\s*(=\s*['"`/\w]|\()|\bwindow\.(open|name|onerror|location)\b|\bself\.\w\s*=|\btop\.\w+\.location"#,
      in: PartPlaces(.value, .path, .cookie, .userAgent, .header), "the reader is sent elsewhere by script"),
    Signal(
      "xss-evaluation", .xss, 40,
      #"(^|[^\w.$])(eval|execscript|setinterval|settimeout|setimmediate|function|importscripts|atob|btoa|fetch|expression|unescape|decodeuri\w*)\s*(/\*[^*]*\*/\s*)?[(`]\s*(['"`\w(\[/]|\))"#,
      "text is run as script"),
    Signal(
      "xss-char-codes", .xss, 55, #"\bfromcharcode\b|\bstring\s*[.\[]\s*['"]?fromc|\bfromcodepoint\s*\("#,
      "script built from character numbers"),
    Signal(
      "xss-constructor", .xss, 55,
      #"(\bconstructor\s*[.\[(]|[\])]\s*\[\s*['"`]constructor|\[\s*['"`]?(constructor|sort|map|filter|find|at|flat)['"`]?\s*\]\s*[\[(]|\.\s*constructor\s*\()"#,
      "a function is reached by way of a constructor"),
    Signal(
      "xss-template-literal", .xss, 35, #"\b\w{2,}`[^`]*`|\.\s*(call|apply|bind)\s*[(`]\s*(null|this|window|\d|%|,|')"#,
      in: PartPlaces(.value, .path, .name), "a function called without parentheses"),
    Signal(
      "xss-jsfuck", .xss, 60, #"[\[\]()!+]{30,}|\(!\[\]\+\[\]\)|(\[\]|\{\})\s*\[\s*['"(]|\$=~\[\]|゚ω゚|\$\.\$\$"#,
      in: PartPlaces(.value, .name, .path, .cookie), "script written without letters"),
    Signal(
      "xss-assignment-trick", .xss, 45,
      #"\b(onerror|onload|onmessage|valueof|tostring)\s*=\s*"# + dialog
        + #"|\bthrow\s*['"`\d]|\binnerhtml\s*\+?=|\bouterhtml\s*=|\binsertadjacenthtml\b|\bnew\s+image\b|\bnew\s*\(\s*image|\bnew\s+xmlhttprequest\b|\bsendbeacon\b|\bsrcdoc\s*=|\bcreateobjecturl\b|\bpostmessage\s*\("#,
      "a known way to run script"),
    Signal(
      "xss-import", .xss, 45, #"\bimport\s*\(\s*['"`/]|\$\.get(script|json)?\s*\(|\$\(\s*['"<]"#,
      "script is loaded from elsewhere"),
  ]
}
