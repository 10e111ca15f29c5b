/** What the board asks for, of all groups or of one. */
import { keepPreviousData } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { components } from "@/generated/api";

type Schemas = components["schemas"];
export type Overview = Schemas["OverviewView"];
export type Group = Overview["groups"][number];
export type Backlog = Schemas["BacklogView"];
export type Cell = Schemas["CellView"];
export type Stuck = Schemas["StuckView"];
export type StageTimes = Schemas["StageTimesView"];
export type Losses = Schemas["ExceptionsView"];
export type Loss = Schemas["LossView"];
export type Shop = Schemas["IntakeView"];
export type Order = Schemas["OrderSummary"];

/** A code; empty for orders that have no group yet, undefined for all groups. */
export type GroupChoice = string | undefined;

export const TREND_DAYS = 14;
export const LOSS_DAYS = 7;
export const REDS_SHOWN = 8;

// Changes of orders refresh the figures; what passing time changes is asked for once a minute.
const FRESH = { refetchInterval: 60_000, placeholderData: keepPreviousData };

/** The parts of the board, each asked for by itself: a slow one keeps none of the others back. */
export function useBoard(group: GroupChoice) {
  return {
    overview: api.useQuery(
      "get",
      "/api/v1/dashboard/overview",
      { params: { query: { group } } },
      FRESH,
    ),
    backlog: api.useQuery(
      "get",
      "/api/v1/dashboard/backlog",
      { params: { query: { group } } },
      FRESH,
    ),
    reds: api.useQuery(
      "get",
      "/api/v1/orders",
      { params: { query: { flag: "red", sort: "urgent", limit: REDS_SHOWN, group } } },
      FRESH,
    ),
    times: api.useQuery(
      "get",
      "/api/v1/dashboard/stage-times",
      { params: { query: { group, days: TREND_DAYS } } },
      FRESH,
    ),
    losses: api.useQuery(
      "get",
      "/api/v1/dashboard/exceptions",
      { params: { query: { group, days: LOSS_DAYS } } },
      FRESH,
    ),
  };
}

export type Board = ReturnType<typeof useBoard>;
