"""Pure business: order, stages, holds, decisions, rule tables, deadlines. No I/O, no clock."""
