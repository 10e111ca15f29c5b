"""What a server-sent event says."""

from pydantic import BaseModel, ConfigDict

from api.schemas.views import ORDER_ID


class ChangeView(BaseModel):
    """An order is at a new version; read it to see what changed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order_id": ORDER_ID, "stage": "in_review", "version": 7}]}
    )

    order_id: str
    stage: str
    version: int
