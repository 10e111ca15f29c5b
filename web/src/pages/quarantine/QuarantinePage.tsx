import { useSearchParams } from "react-router";
import { EntryView } from "./EntryView";
import "./quarantine.css";
import { QuarantineList } from "./QuarantineList";

export default function QuarantinePage() {
  const [search, setSearch] = useSearchParams();
  const id = Number(search.get("entry"));
  if (!Number.isInteger(id) || id < 1) return <QuarantineList />;
  const { entry: _, ...others } = Object.fromEntries(search);
  return <EntryView key={id} id={id} onClose={() => setSearch(others)} />;
}
