// The explorer page: GraphiQL with a caller picker, a purpose and a tour. Bundled by build.mjs.
//
// In charge of: sending each request as the chosen caller, and opening tour steps. It keeps tokens and whatever is
// typed in memory only, as documents and variables hold numbers and names of people, and browsers write both of their
// storages to the disk of a machine that others use; it runs nothing unasked, and speaks to no host but its own.
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import "graphiql/style.css";
import "./entry.css";

const PUBLIC = { name: "社会公众 anyone", role: "public", description: "", token: null };
const WELCOME = `# Renxin 人信
#
# Choose a caller above, write a query, press the run button (Ctrl-Enter).
# 在上方选择调用者，写好查询，再按运行按钮（Ctrl-Enter）。

query Start {
  __typename
}
`;
const OWN_TOKEN = "own token 自备令牌";
const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
const BASE = document.currentScript.src;
const CALLER_KEY = "renxin:caller";
const PURPOSE_KEY = "renxin:purpose";
const WIDE_ENOUGH_FOR_TOUR = 1000;

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const kind = label === "json" || label === "graphql" ? label : "editor";
    return new Worker(new URL(`${kind}.worker.js`, BASE), { name: label });
  },
};

const config = readConfig();
const storage = memory();
const remembered = sessionStorageOrNone();
const Explorer = createContext(null);
const TOUR_PLUGIN = { title: "Tour 导览", icon: TourIcon, content: Tour };
const PLUGINS = config.tour.length ? [TOUR_PLUGIN, HISTORY_PLUGIN] : [HISTORY_PLUGIN];
const FIRST_PANEL = config.tour.length && innerWidth >= WIDE_ENOUGH_FOR_TOUR ? TOUR_PLUGIN : undefined;

function readConfig() {
  const given = JSON.parse(document.getElementById("renxin-config").textContent);
  const callers = given.callers ?? [];
  const anonymous = callers.find(({ token }) => !token) ?? PUBLIC;
  return {
    endpoint: given.endpoint,
    callers: [anonymous, ...callers.filter((caller) => caller !== anonymous)],
    tour: given.tour ?? [],
  };
}

function sessionStorageOrNone() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // storage is blocked: not even the caller is remembered
  }
}

// What GraphiQL keeps tabs and history in, as it would in a storage of the browser: gone with the page.
function memory() {
  const kept = new Map();
  return {
    get length() {
      return kept.size;
    },
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

// What the first tab holds: the address, else the tour.
function firstTab() {
  const address = new URLSearchParams(location.search);
  const first = address.has("query") ? Object.fromEntries(address) : config.tour[0];
  return { query: first?.query ?? WELCOME, variables: first?.variables ?? "" };
}

function firstCaller() {
  const chosen = remembered?.getItem(CALLER_KEY) ?? config.tour[0]?.caller;
  return config.callers.find(({ name }) => name === chosen) ?? config.callers[0];
}

// A header carries ASCII only: the rest of a purpose goes percent-encoded (UTF-8).
function headerText(text) {
  return text.trim().replace(/[^\x20-\x7e]|%/gu, encodeURIComponent);
}

function bearer({ token }) {
  return token ? `Bearer ${token}` : null;
}

// What is typed in the Headers editor wins: that is where one puts a token of one's own.
function requestHeaders({ caller, purpose, typed }) {
  const headers = new Headers({ Accept: ACCEPT, "Content-Type": "application/json" });
  if (caller.token) headers.set("Authorization", bearer(caller));
  if (purpose.trim()) headers.set("Renxin-Purpose", headerText(purpose));
  for (const [name, value] of Object.entries(typed ?? {})) headers.set(name, value);
  return headers;
}

async function readAnswer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const message = `HTTP ${response.status} ${response.statusText}: the answer is not JSON`;
    return { errors: [{ message, extensions: { body: text.slice(0, 2000) } }] };
  }
}

// An observable rather than a promise, so that GraphiQL's stop button ends the request.
function request(session, onAnswer) {
  return (params, options) => ({
    subscribe({ next, error, complete }) {
      const { caller, purpose } = session.current;
      const ending = new AbortController();
      const started = performance.now();
      (async () => {
        const headers = requestHeaders({ caller, purpose, typed: options?.headers });
        const response = await fetch(config.endpoint, {
          method: "POST",
          headers,
          body: JSON.stringify(params),
          credentials: "omit",
          signal: ending.signal,
        });
        const answer = await readAnswer(response);
        if (params.operationName !== "IntrospectionQuery") {
          const asked = headers.get("Authorization") === bearer(caller) ? caller.name : OWN_TOKEN;
          onAnswer({ status: response.status, milliseconds: performance.now() - started, asked });
        }
        next(answer);
        complete();
      })().catch((fault) => ending.signal.aborted || error(fault));
      return { unsubscribe: () => ending.abort() };
    },
  });
}

function App() {
  const [caller, setCaller] = useState(firstCaller);
  const [purpose, setPurpose] = useState(() => remembered?.getItem(PURPOSE_KEY) ?? "");
  const [answered, setAnswered] = useState(null);
  const session = useRef(null);
  session.current = { caller, purpose };
  const fetcher = useMemo(() => request(session, setAnswered), []);
  const start = useMemo(firstTab, []);
  useEffect(() => remembered?.setItem(CALLER_KEY, caller.name), [caller]);
  useEffect(() => remembered?.setItem(PURPOSE_KEY, purpose), [purpose]);
  return (
    <Explorer.Provider value={{ caller, setCaller, purpose, setPurpose }}>
      <Bar />
      <main>
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          plugins={PLUGINS}
          visiblePlugin={FIRST_PANEL}
          initialQuery={start.query}
          initialVariables={start.variables}
          defaultQuery={WELCOME}
          defaultEditorToolsVisibility
          shouldPersistHeaders={false}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
          <GraphiQL.Footer>
            <LastAnswer answered={answered} />
          </GraphiQL.Footer>
          <SchemaOnCallerChange />
          <PlainEditors />
        </GraphiQL>
      </main>
    </Explorer.Provider>
  );
}

function Bar() {
  const { caller, setCaller, purpose, setPurpose } = useContext(Explorer);
  const choose = (event) => setCaller(config.callers.find(({ name }) => name === event.target.value));
  return (
    <header className="renxin-bar">
      <h1>
        Renxin 人信 <small>GraphQL explorer 接口浏览</small>
      </h1>
      <label>
        <span>Caller 调用者</span>
        <select id="renxin-caller" value={caller.name} onChange={choose}>
          {config.callers.map(({ name, role }) => (
            <option key={name} value={name}>
              {name} · {role}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Purpose 用途</span>
        <input
          id="renxin-purpose"
          value={purpose}
          onChange={(event) => setPurpose(event.target.value)}
          placeholder="optional 可不填"
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <p>{caller.description}</p>
    </header>
  );
}

function Tour() {
  const { setCaller, setPurpose } = useContext(Explorer);
  const { addTab, changeTab, stop, updateActiveTabValues } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const active = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  function open(step) {
    const caller = config.callers.find(({ name }) => name === step.caller);
    if (caller) setCaller(caller);
    if (step.purpose !== undefined) setPurpose(step.purpose);
    stop();
    const opened = tabs.findIndex((tab) => holds(tab, step));
    if (opened >= 0) {
      changeTab(opened);
      return;
    }
    addTab();
    queryEditor?.setValue(step.query);
    variableEditor?.setValue(step.variables ?? "");
    updateActiveTabValues({ query: step.query, variables: step.variables ?? "", operationName: null });
  }

  return (
    <nav className="renxin-tour" aria-label={TOUR_PLUGIN.title}>
      <h2>{TOUR_PLUGIN.title}</h2>
      <p>Choose a step, then press the run button (Ctrl-Enter). 选一步，再按运行按钮。</p>
      <ol>
        {config.tour.map((step, index) => (
          <li key={index}>
            <button type="button" aria-current={holds(active, step) ? "step" : undefined} onClick={() => open(step)}>
              <strong>{step.title}</strong>
              <span>{step.text}</span>
              {step.caller && <em>{step.caller}</em>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function holds(tab, step) {
  return tab?.query === step.query && (tab.variables ?? "") === (step.variables ?? "");
}

// A caller may read the schema where the one before could not: ask again if there is none yet.
function SchemaOnCallerChange() {
  const { caller } = useContext(Explorer);
  const { introspect } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const before = useRef(caller);
  useEffect(() => {
    if (before.current === caller) return;
    before.current = caller;
    if (!schema) introspect();
  }, [caller, schema, introspect]);
  return null;
}

// Long lines wrap: the editors are narrow beside the tour. Brackets as in 厦人社监罚〔2026〕2号 are how decisions are numbered,
// and no mistyped Latin ones: they are not framed.
function PlainEditors() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) {
      editor?.updateOptions({ fontSize: 14, wordWrap: "on", unicodeHighlight: { ambiguousCharacters: false } });
    }
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
  return null;
}

function LastAnswer({ answered }) {
  if (!answered) return null;
  const { status, milliseconds, asked } = answered;
  return (
    <p className="renxin-answer">
      Last answer 最近应答: HTTP {status} · {Math.round(milliseconds)} ms · {asked}
    </p>
  );
}

function TourIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
      <circle cx="5" cy="6" r="2" />
      <circle cx="5" cy="18" r="2" />
      <path d="M5 8v8M11 6h9M11 12h9M11 18h9" />
    </svg>
  );
}

createRoot(document.getElementById("renxin-explorer")).render(<App />);
