/// The page's look: dense, figures in columns, dark and light, wide and narrow.
enum ConsoleStyle {
  static let css = """
    :root{--paper:#fcfcfa;--raised:#fff;--ink:#16191d;--soft:#4c535c;--faint:#666e78;--line:#e1e2de;--wash:#f2f2ee;
    --rest:#aeb9c4;--attack:#c8321f;--critical:#a3141c;--high:#b93a10;--medium:#8a5a00;--low:#2f6583;
    --informational:#5b636d;--good:#24683d;--link:#1c4f8a}
    @media (prefers-color-scheme:dark){:root{--paper:#121519;--raised:#181c21;--ink:#e8eaed;--soft:#b3bac3;
    --faint:#939ba6;--line:#2b3138;--wash:#1d2228;--rest:#4d5a67;--attack:#f0604a;--critical:#ff7a70;--high:#ff8f5c;
    --medium:#e3b04b;--low:#7fb8d8;--informational:#a3abb5;--good:#74c791;--link:#8fbdf0}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.45 system-ui,"Segoe UI",Roboto,Arial,sans-serif;
    font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
    h1,h2,h3,p,ol,ul,dl,dd,table{margin:0;padding:0}
    ol,ul{list-style:none}
    [hidden]{display:none!important}
    .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    header{display:flex;gap:14px;align-items:center;padding:8px 20px;border-bottom:1px solid var(--line);
    color:var(--faint)}
    header b{color:var(--ink)}
    #state{margin-left:auto}
    #state.live::before,#state.lost::before{content:"";display:inline-block;width:8px;height:8px;border-radius:4px;
    margin-right:6px;background:var(--good)}
    #state.lost::before{background:var(--attack)}
    button,select,input{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);
    border-radius:4px;padding:3px 9px}
    button{cursor:pointer}
    :focus-visible{outline:2px solid var(--link);outline-offset:1px}
    form{max-width:24em;margin:12vh auto 0;padding:0 20px;display:grid;gap:8px}
    form h1{font-size:22px}
    #refusal{color:var(--critical);min-height:1.5em}
    main{display:grid;grid-template-columns:minmax(24em,5fr) 7fr;gap:18px 26px;padding:16px 20px 60px}
    #traffic{grid-column:1/-1}
    .figures{display:flex;flex-wrap:wrap;gap:4px 28px;margin-bottom:8px}
    .figures dt{font-size:12px;color:var(--faint)}
    .figures dd{font-size:19px;line-height:1.3;font-weight:600}
    .chart svg{display:block;width:100%;height:74px;border-bottom:1px solid var(--faint)}
    .chart .rest{fill:var(--rest)}.chart .attack{fill:var(--attack)}
    .chart p{display:flex;justify-content:space-between;font-size:12px;color:var(--faint)}
    h2{font-size:12px;font-weight:600;color:var(--faint);padding-bottom:5px;border-bottom:1px solid var(--line)}
    #incidents li{border-bottom:1px solid var(--line)}
    #incidents a{display:grid;grid-template-columns:2.4em 1fr auto;gap:0 8px;padding:7px 6px;color:inherit;
    text-decoration:none}
    #incidents a:hover{background:var(--wash)}
    #incidents a[aria-current]{background:var(--wash);box-shadow:inset 3px 0 var(--link)}
    #incidents small{grid-column:2/-1;color:var(--faint);font-size:12.5px}
    .p{font-weight:650}
    .critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
    .informational{color:var(--informational)}
    .on{font-size:12px;color:var(--attack);white-space:nowrap}
    .empty{padding:14px 6px;color:var(--faint)}
    #detail h1{font-size:20px;line-height:1.25;letter-spacing:-.01em;margin-bottom:4px}
    #detail h2{margin:20px 0 6px}
    #detail .facts{color:var(--soft)}
    .story li{display:grid;grid-template-columns:5em 1fr;gap:8px;padding:4px 0}
    .story time{color:var(--faint)}
    details summary{cursor:pointer;color:var(--faint);font-size:12.5px}
    code,pre{font:12px/1.5 ui-monospace,Menlo,Consolas,"Liberation Mono",monospace}
    pre{margin:4px 0 0;padding:7px 9px;background:var(--wash);border-radius:4px;white-space:pre-wrap;max-height:14em;
    overflow:auto}
    table{border-collapse:collapse;width:100%}
    td,th{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--line);font-weight:400;vertical-align:top}
    th{color:var(--faint);font-size:12px}
    td.n,th.n{text-align:right}
    .alert{padding:6px 0;border-bottom:1px solid var(--line)}
    .alert p{color:var(--soft)}
    @media (max-width:820px){main{grid-template-columns:1fr;padding:12px}header{padding:8px 12px}}
    @media (prefers-reduced-motion:no-preference){.fresh{animation:fresh 1.6s}}
    @keyframes fresh{from{background:color-mix(in srgb,var(--attack) 18%,transparent)}}

    """
}
