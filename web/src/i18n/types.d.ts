/** Makes `t("key")` check its keys against the English words. */
import "i18next";
import type audit from "./en/audit.json";
import type board from "./en/board.json";
import type calendars from "./en/calendars.json";
import type channels from "./en/channels.json";
import type common from "./en/common.json";
import type imports from "./en/imports.json";
import type login from "./en/login.json";
import type messages from "./en/messages.json";
import type neworder from "./en/neworder.json";
import type order from "./en/order.json";
import type orders from "./en/orders.json";
import type people from "./en/people.json";
import type quarantine from "./en/quarantine.json";
import type rules from "./en/rules.json";
import type wall from "./en/wall.json";
import type work from "./en/work.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      common: typeof common;
      board: typeof board;
      wall: typeof wall;
      work: typeof work;
      orders: typeof orders;
      order: typeof order;
      neworder: typeof neworder;
      imports: typeof imports;
      quarantine: typeof quarantine;
      rules: typeof rules;
      people: typeof people;
      calendars: typeof calendars;
      channels: typeof channels;
      messages: typeof messages;
      audit: typeof audit;
      login: typeof login;
    };
  }
}
