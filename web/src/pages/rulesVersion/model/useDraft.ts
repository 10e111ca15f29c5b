import { useCallback, useReducer } from "react";
import { type RuleSetView, type Tables, tablesOf } from "./tables";

interface State {
  /** What was read: saving names its revision. */
  base: RuleSetView;
  note: string;
  past: Tables[];
  now: Tables;
  future: Tables[];
}

type Action =
  | { kind: "edit"; change: (tables: Tables) => Tables }
  | { kind: "note"; note: string }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "read"; ruleSet: RuleSetView };

const MOST_STEPS = 200;

function begun(ruleSet: RuleSetView): State {
  return { base: ruleSet, note: ruleSet.note, past: [], now: tablesOf(ruleSet), future: [] };
}

function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case "edit": {
      const now = action.change(state.now);
      if (now === state.now) return state;
      return { ...state, past: [...state.past.slice(-MOST_STEPS), state.now], now, future: [] };
    }
    case "undo": {
      const before = state.past.at(-1);
      if (!before) return state;
      const future = [state.now, ...state.future];
      return { ...state, past: state.past.slice(0, -1), now: before, future };
    }
    case "redo": {
      const [next, ...future] = state.future;
      return next ? { ...state, past: [...state.past, state.now], now: next, future } : state;
    }
    case "note":
      return { ...state, note: action.note };
    case "read":
      return begun(action.ruleSet);
  }
}

/** The tables of a version as they are being edited, with every step to be undone. */
export function useDraft(ruleSet: RuleSetView) {
  const [state, dispatch] = useReducer(reduce, ruleSet, begun);
  const edit = useCallback(
    (change: (tables: Tables) => Tables) => dispatch({ kind: "edit", change }),
    [],
  );
  const undo = useCallback(() => dispatch({ kind: "undo" }), []);
  const redo = useCallback(() => dispatch({ kind: "redo" }), []);
  const setNote = useCallback((note: string) => dispatch({ kind: "note", note }), []);
  const read = useCallback((next: RuleSetView) => dispatch({ kind: "read", ruleSet: next }), []);
  return {
    base: state.base,
    tables: state.now,
    note: state.note,
    isDirty: state.now !== tablesOf(state.base) || state.note !== state.base.note,
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
    edit,
    undo,
    redo,
    setNote,
    read,
  };
}

export type Draft = ReturnType<typeof useDraft>;
