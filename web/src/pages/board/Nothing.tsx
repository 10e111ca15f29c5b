import { EmptyState } from "@/parts/EmptyState";
import { CheckCircleOutlined } from "@/parts/icons";

interface NothingProps {
  title: string;
  advice: string;
  /** Whether it is well that there is nothing. */
  isGood?: boolean;
}

/** An empty panel in words. */
export function Nothing({ title, advice, isGood = false }: NothingProps) {
  const icon = isGood ? <CheckCircleOutlined /> : undefined;
  return <EmptyState title={title} advice={advice} icon={icon} />;
}
