/// The page's look: system fonts, one accent, figures in columns, light and dark, narrow and wide, screen and paper.
enum Stylesheet {
  static let css: HTML = "\(colours)\(frame)\(chart)\(card)\(tables)\(media)"

  /// Every colour once; text on its ground keeps at least 4.5:1 (WCAG 2.2, AA) in both schemes.
  private static let colours: HTML = """
    :root{--paper:#fcfcfa;--raised:#fff;--ink:#16191d;--soft:#4c535c;--faint:#666e78;--line:#e1e2de;--wash:#f2f2ee;
    --rest:#aeb9c4;--attack:#c8321f;--critical:#a3141c;--high:#b93a10;--medium:#8a5a00;--low:#2f6583;
    --informational:#5b636d;--good:#24683d;--link:#1c4f8a;--e4:#8a6d00;--code:#f5f5f1}
    @media (prefers-color-scheme:dark){:root{--paper:#121519;--raised:#181c21;--ink:#e8eaed;--soft:#b3bac3;
    --faint:#939ba6;--line:#2b3138;--wash:#1d2228;--rest:#4d5a67;--attack:#f0604a;--critical:#ff7a70;--high:#ff8f5c;
    --medium:#e3b04b;--low:#7fb8d8;--informational:#a3abb5;--good:#74c791;--link:#8fbdf0;--e4:#d8b64a;--code:#1b2026}}

    """

  private static let frame: HTML = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
    "Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
    main{max-width:1140px;margin:0 auto;padding:28px 32px 80px}
    section+section{margin-top:44px}
    h1,h2,h3,h4,p,dl,dd,ol,ul,figure,table{margin:0;padding:0}
    ol,ul{list-style:none}
    .masthead{display:flex;flex-wrap:wrap;gap:2px 18px;padding-bottom:10px;border-bottom:1px solid var(--line);
    font-size:13px;color:var(--faint)}
    .masthead b{color:var(--ink);letter-spacing:.02em}
    .masthead span:last-child{margin-left:auto}
    h1{max-width:30em;margin:30px 0 12px;font-size:31px;line-height:1.2;font-weight:640;letter-spacing:-.017em;
    text-wrap:balance}
    h1 em{font-style:normal}
    h1.urgent em{color:var(--critical)}h1.serious em{color:var(--high)}h1.mild em{color:var(--medium)}
    h1.calm em{color:var(--good)}
    .lead{max-width:46em;font-size:16px;color:var(--soft)}
    h2{margin-bottom:14px;font-size:19px;line-height:1.3;font-weight:640;letter-spacing:-.008em}
    h4{margin:0 0 5px;font-size:12.5px;line-height:1.4;font-weight:600;color:var(--faint)}
    .figures{display:grid;grid-template-columns:repeat(6,auto);justify-content:space-between;gap:16px 26px;
    margin-top:26px;padding:14px 0;border-block:1px solid var(--line)}
    .figures dt{font-size:12.5px;color:var(--faint)}
    .figures dd{font-size:22px;line-height:1.25;font-weight:600;letter-spacing:-.012em}
    .figures dd span{display:block;font-size:12.5px;line-height:1.5;font-weight:400;letter-spacing:0;color:var(--soft)}
    .note{color:var(--faint);font-size:13px}
    .prose{max-width:46em;color:var(--soft)}
    .advice{max-width:46em;margin:.8em 0;padding:.5em .8em;border-left:3px solid #6b9b7f;background:rgba(107,155,127,.1)}
    .advice a{font-weight:600;margin-right:.4em}
    .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    a{color:var(--link)}
    summary{cursor:pointer;color:var(--soft);font-size:13.5px}
    summary:hover{color:var(--ink)}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
    code,pre,.evidence,.where{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",
    monospace;font-size:12.5px;line-height:1.5}
    pre{margin:6px 0 4px;padding:8px 10px;background:var(--code);border-radius:4px;white-space:pre-wrap;
    max-height:15em;overflow:auto}
    pre code{user-select:all}

    """

  private static let chart: HTML = """
    .chart figcaption{display:flex;flex-wrap:wrap;gap:0 4px;align-items:baseline;font-size:13px;color:var(--soft);
    margin-bottom:12px}
    .chart figcaption i{width:10px;height:10px;margin-left:14px;border-radius:2px;align-self:center}
    .chart figcaption.second{margin:20px 0 12px}
    .k-rest{background:var(--rest)}.k-attack{background:var(--attack)}
    .k-4xx{background:var(--e4)}.k-5xx{background:var(--attack)}
    .plot{position:relative;margin-left:40px;border-bottom:1px solid var(--faint)}
    .plot svg,.lane svg{display:block;width:100%}
    .plot.tall svg{height:210px}.plot.low svg{height:72px}
    .plot .y{position:absolute;left:0;right:0;height:0;border-top:1px solid var(--line);z-index:-1}
    .plot .y b{position:absolute;top:-7px;left:-40px;width:33px;text-align:right;font-weight:400;font-size:11.5px;
    line-height:14px;color:var(--faint)}
    .rest{fill:var(--rest)}.attack{fill:var(--attack)}
    .e4xx,.e5xx{fill:none;stroke-width:1.4;vector-effect:non-scaling-stroke;stroke:var(--e4)}
    .e5xx{stroke:var(--attack)}
    .lanes{margin:12px 0 0 40px}
    .lane{position:relative;padding-top:19px;margin-top:5px}
    .lane a{position:absolute;top:0;font-size:12.5px;line-height:19px;color:var(--soft);
    text-decoration:none;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
    .lane a:hover{text-decoration:underline}
    .lane b{color:var(--ink)}
    .lane svg{height:8px;background:var(--wash);border-radius:1px;fill:currentColor}
    .lane.critical{color:var(--critical)}.lane.high{color:var(--high)}.lane.medium{color:var(--medium)}
    .lane.low{color:var(--low)}.lane.informational{color:var(--informational)}
    .axis{position:relative;height:24px;margin-left:40px;font-size:11.5px;color:var(--faint)}
    .axis span{position:absolute;top:0;padding:5px 0 0 4px;border-left:1px solid var(--line);white-space:nowrap}
    .chart+details{margin-top:8px}
    .stopped{fill:var(--good);opacity:.4}.k-stopped{background:var(--good);opacity:.4}
    .proposal{margin-bottom:30px}.proposal h3{margin-bottom:6px;font-size:16px}.proposal>*{margin-top:10px}
    .numbers{max-width:none}

    """

  private static let card: HTML = """
    .incident{margin-top:18px;padding:18px 22px 14px;background:var(--raised);border:1px solid var(--line);
    border-radius:6px;scroll-margin-top:12px}
    .incident:target{border-color:var(--link)}
    .critical .sev,.critical .prio{color:var(--critical)}.high .sev,.high .prio{color:var(--high)}
    .medium .sev,.medium .prio{color:var(--medium)}.low .sev,.low .prio{color:var(--low)}
    .tags{display:flex;flex-wrap:wrap;gap:0 14px;font-size:13px;color:var(--soft)}
    .tags .prio-words{margin-left:-8px}
    .tags .sev{font-weight:600}
    .tags .id{margin-left:auto;color:var(--faint)}
    h3{margin:5px 0 2px;font-size:20px;line-height:1.3;font-weight:640;letter-spacing:-.01em;text-wrap:balance}
    h3 .no{display:inline-block;min-width:1.35em;color:var(--faint);font-weight:400}
    .span{font-size:14px;color:var(--soft)}
    .span span{margin-left:10px;color:var(--faint)}
    .fold summary{list-style:none;position:relative}
    .fold summary::-webkit-details-marker{display:none}
    .fold summary .span::after{content:"Show";float:right;font-size:13px;color:var(--link)}
    .fold[open] summary .span::after{content:"Fold"}
    .phases{display:grid;grid-template-columns:repeat(6,1fr);gap:3px;margin:14px 0 18px;font-size:12.5px}
    .phases li{padding-top:5px;border-top:3px solid var(--line);color:var(--faint)}
    .phases .on{border-color:currentColor;color:var(--ink);font-weight:600}
    .critical .on{border-color:var(--critical)}.high .on{border-color:var(--high)}
    .medium .on{border-color:var(--medium)}.low .on{border-color:var(--low)}
    .body{display:grid;grid-template-columns:minmax(0,1fr) 352px;gap:36px}
    .story>ol>li{display:grid;grid-template-columns:64px minmax(0,1fr);padding-bottom:11px}
    .story time{font-size:13px;line-height:23px;color:var(--faint)}
    .story p{max-width:38em}
    .story details summary{font-size:12.5px;color:var(--faint)}
    .story details summary:hover{color:var(--ink)}
    aside>*+*{margin-top:16px}
    aside>h4+*,aside>.ranked+.note{margin-top:2px}
    .facts{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px}
    .facts dt{font-size:12.5px;color:var(--faint)}
    .facts dd{font-weight:600}
    .targets{font:12.5px/1.6 ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    .plain{font-size:13.5px}
    .plain code{color:var(--soft)}
    .proof{margin-top:10px;padding-top:8px;border-top:1px solid var(--line)}
    .proof>details{padding:3px 0}
    .reasons li{max-width:46em;padding-bottom:7px;font-size:13.5px}
    .story h4{margin-top:8px}
    .reasons b{font-weight:600}
    .reasons p{color:var(--soft)}

    """

  private static let tables: HTML = """
    .scroll{overflow-x:auto}
    table{width:100%;border-collapse:collapse;font-size:13.5px;line-height:1.45}
    caption{padding-bottom:5px;text-align:left;font-size:12.5px;font-weight:600;color:var(--faint)}
    th{text-align:left;font-weight:400}
    thead th{padding:4px 14px 4px 0;font-size:12.5px;color:var(--faint);border-bottom:1px solid var(--line)}
    td,tbody th{padding:3px 14px 3px 0;vertical-align:top}
    td:last-child,thead th:last-child{padding-right:0}
    .cut{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .ranked th{width:100%;max-width:0;padding:2px 14px 4px 0}
    .ranked th i{display:block;height:3px;min-width:1px;margin-top:2px;background:var(--rest);border-radius:1px}
    .ranked td{text-align:right;white-space:nowrap;padding:2px 0 4px}
    .ranked .share{min-width:58px;padding-left:14px;color:var(--faint)}
    .incident .ranked i{background:var(--attack)}
    .ranked .holder{margin-left:8px;color:var(--faint);font-size:12.5px}
    .rankings{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:26px 40px;align-items:start}
    .numbers{max-width:640px;margin-top:8px}
    .numbers td,.numbers thead th:not(:first-child),.n{text-align:right}
    .n,.inputs thead th{white-space:nowrap}
    .inputs thead th:nth-child(n+4){text-align:right}
    .inputs tbody tr+tr>*{border-top:1px solid var(--line)}
    .failure{color:var(--critical)}
    .evidence{margin-top:6px}
    .evidence caption{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    .evidence tr:not(.raw) td:not(.request){white-space:nowrap}
    .evidence .request{width:70%}
    .evidence tbody{border-bottom:1px solid var(--line)}
    .evidence tbody tr:first-child td{padding-top:7px}
    .evidence .raw td{padding:2px 0 8px;color:var(--soft)}
    .evidence .raw code{display:block}
    .found{color:var(--high);font-family:system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-size:13px}
    .samples .where{width:22%;color:var(--faint)}
    #intake details{margin-top:14px}
    #intake h4{margin:12px 0 3px;font-size:13.5px;color:var(--ink)}
    #method ul{max-width:46em;margin-top:8px;padding-left:1.1em;list-style:disc;color:var(--soft)}
    .method{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:10px 32px;margin:16px 0}
    .method dt{font-size:12.5px;color:var(--faint)}
    .method div:first-child{grid-column:1/-1}
    .method div:first-child dd{font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
    .settings{width:auto;margin-top:6px}

    """

  private static let media: HTML = """
    @media (max-width:900px){.body{grid-template-columns:1fr;gap:16px}.figures{grid-template-columns:repeat(3,1fr)}
    aside{border-top:1px solid var(--line);padding-top:14px}}
    @media (max-width:560px){body{font-size:16px}main{padding:16px 16px 56px}h1{margin-top:20px;font-size:25px}
    .masthead span:last-child{margin-left:0;width:100%}
    .figures{grid-template-columns:repeat(2,1fr)}.incident{margin-inline:-8px;padding:14px 14px 10px}
    .phases{grid-template-columns:repeat(3,1fr);row-gap:8px}.story>ol>li{grid-template-columns:1fr;padding-bottom:13px}
    .tags .id{margin-left:0}.lane a{left:0!important;right:0!important;text-align:left!important}.span span{display:block;margin-left:0}.plot.tall svg{height:150px}
    .axis span:nth-child(even){visibility:hidden}.rankings{grid-template-columns:1fr}
    .evidence,.evidence tbody,.evidence tr,.evidence td{display:block;width:auto}.evidence thead{display:none}
    .evidence td{padding:1px 0}}
    @media print{:root{--paper:#fff;--raised:#fff;--ink:#000;--soft:#333;--faint:#555;--line:#ccc;--wash:#f2f2f2;
    --rest:#b5b5b5;--attack:#c8321f;--critical:#a3141c;--high:#b93a10;--medium:#8a5a00;--low:#2f6583;--code:#f6f6f6}
    body{font-size:10.5pt}main{max-width:none;padding:0}section+section{margin-top:22pt}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .incident{border-width:0 0 0 2pt;border-radius:0;padding:0 0 0 12pt}.incident header,h2,tr{break-inside:avoid}
    h2,h3,h4{break-after:avoid}pre{max-height:none}.fold summary .span::after{content:none}
    .story details,.chart+details{display:none}
    details::details-content{content-visibility:visible;block-size:auto;height:auto;opacity:1}}
    @page{margin:16mm}
    """
}
