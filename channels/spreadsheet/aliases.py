"""What people call our columns, in English and Chinese; case, spaces and signs do not count."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from channels.spreadsheet.columns import COLUMNS

# What the last column of our error workbook and template is called: read past on import.
GUIDANCE = "orderflow: what to do / 如何更正"

_ALIASES: Mapping[str, str] = {
    "order_id": "order id|orderid|订单号|订单编号|订单id|平台订单号|external id|external_id|单号|"
    "invoice no|invoice number|invoice|发票号|order reference|order ref|bestellnummer|bestell-nr|"
    "purchase order|po number|amazon-order-id",
    "order_number": "order number|order no|order nr|order #|订单序号|订单名称|店铺单号|order name",
    "placed_at": "placed at|order date|orderdate|date|下单时间|下单日期|订单日期|订单时间|创建时间|"
    "created at|created|order created|order placed|purchase date|purchase-date|日期|"
    "invoice date|date created|order time|bestelldatum|付款前时间|submitted at",
    "updated_at": "updated at|last updated|last-updated-date|modified|更新时间|修改时间|"
    "source_updated_at",
    "status": "status|order status|order-status|状态|订单状态|stage|阶段|state of order",
    "payment_status": "payment status|financial status|付款状态|支付状态|paid status",
    "fulfilment_status": "fulfilment status|fulfillment status|发货状态|shipping status|配送状态",
    "paid_at": "paid at|payment date|date paid|付款时间|支付时间|payments-date|paid date",
    "currency": "currency|currency code|币种|货币|币别|order currency|währung",
    "customer_name": "customer name|customer|buyer|buyer name|客户|客户名称|客户姓名|买家|买家姓名|"
    "买家昵称|client|contact name|contact|联系人|kunde|account name|会员名",
    "first_name": "first name|customer first name|名",
    "last_name": "last name|customer last name|surname|姓",
    "customer_id": "customer id|customer number|customer no|"
    "client id|客户编号|客户号|客户id|买家id|"
    "客户代码|buyer id|kundennummer|account number",
    "email": "email|e-mail|email address|customer email|buyer email|邮箱|电子邮箱|电子邮件|邮件|"
    "contact email",
    "phone": "phone|phone number|telephone|tel|mobile|customer phone|buyer phone|电话|客户电话|"
    "联系电话|手机|手机号|手机号码|联系方式|买家电话|telefon",
    "company": "company|company name|公司|公司名称|firm|organisation|organization|单位|firma",
    "kind": "kind|customer kind|customer type|客户类型|b2b|is-business-order|business",
    "ship_name": "ship name|ship to|shipping name|ship to name|recipient|recipient name|收货人|"
    "收件人|收货人姓名|收件人姓名|consignee|deliver to|delivery name|receiver",
    "ship_first_name": "shipping first name|first name shipping",
    "ship_last_name": "shipping last name|last name shipping",
    "ship_company": "shipping company|company shipping|收货公司|ship to company",
    "ship_phone": "ship phone|shipping phone|ship-phone-number|recipient phone|收货人电话|"
    "收件人电话|收货电话|收货人手机|收件人手机|delivery phone|ship to phone",
    "line1": "line1|address|address 1|address1|address line 1|addressline1|street|street address|"
    "地址|收货地址|详细地址|收件地址|街道|shipping address|shipping address 1|shipping address1|"
    "ship address|ship-address-1|ship to address|delivery address|strasse|straße|收件人地址|"
    "收货人地址|ship to address 1|ship to street|shipping street",
    "line2": "line2|address 2|address2|address line 2|"
    "addressline2|地址2|详细地址2|shipping address "
    "2|shipping address2|ship-address-2|ship to address 2|apartment|suite",
    "line3": "line3|address 3|address3|address line 3|ship-address-3|区|区县|县|district",
    "city": "city|town|城市|市|收货城市|ship city|shipping city|ship-city|ship to city|ort|stadt|"
    "delivery city",
    "region": "region|state|province|county|省|省份|州|省/州|ship state|shipping state|ship-state|"
    "shipping province|shipping region|ship region|ship to state|收货省份|state/province|"
    "state or province|bundesland",
    "postal_code": "postal code|postcode|post code|zip|zip code|zipcode|邮编|邮政编码|"
    "ship postal code|ship-postal-code|shipping zip|shipping postcode|shipping postal code|plz|"
    "ship zip|ship to zip|ship to postal code|收货邮编|postal",
    "country": "country|country code|国家|国家代码|国家/地区|ship country|shipping country|"
    "ship-country|ship to country|收货国家|目的国|land|shipping country code|delivery country",
    "bill_name": "billing name|bill to|bill to name|开票人|账单姓名",
    "bill_first_name": "billing first name|first name billing",
    "bill_last_name": "billing last name|last name billing",
    "bill_company": "billing company|company billing",
    "bill_phone": "billing phone|phone billing",
    "bill_line1": "billing address|billing address 1|billing address1|billing street|账单地址",
    "bill_line2": "billing address 2|billing address2",
    "bill_city": "billing city",
    "bill_region": "billing state|billing province|billing region",
    "bill_postal_code": "billing zip|billing postcode|billing postal code",
    "bill_country": "billing country|billing country code",
    "sku": "sku|item sku|seller sku|商品编码|商品编号|货号|产品编码|产品编号|sku编码|商家编码|款号|"
    "stock code|item code|product code|product sku|part number|artikelnummer|article|物料编码|"
    "article number|item number|商品sku|model number|item no|物料号|variant sku",
    "product_id": "product id|productid|商品id|产品id|item id",
    "title": "title|product|product name|product-name|item|item name|item title|description|"
    "商品|商品名称|商品名|品名|产品|产品名称|名称|商品标题|artikel|bezeichnung|item description",
    "variant": "variant|variation|规格|型号|颜色|size|尺码|商品规格|属性",
    "quantity": "quantity|qty|数量|件数|购买数量|商品数量|pieces|pcs|units|menge|anzahl|"
    "order quantity|quantity ordered|quantity-purchased",
    "unit_price": "unit price|price|price each|单价|商品单价|售价|"
    "unit cost|price per unit|einzelpreis|"
    "price/unit|selling price|成交单价|item cost|销售单价|商品价格",
    "line_total": "line total|amount|line amount|金额|小计|行金额|商品金额|item total|行合计|"
    "extended price|sales|总价|gesamtpreis|item price|net amount|商品总价",
    "line_discount": "line discount|item discount|行折扣|行优惠|商品优惠|单品优惠|rabatt",
    "line_discount_rate": "discount %|discount percent|discount rate|折扣率|line discount %",
    "line_tax": "line tax|item tax|行税额|商品税额|tax amount per line",
    "line_status": "item status|line status|item-status|行状态|商品状态",
    "line_id": "line id|line no|line number|行号|行id|order line|position|order line number|明细号|"
    "order item id|order-item-id|子订单号|子订单编号",
    "shipping": "shipping|shipping cost|shipping fee|freight|shipping price|shipping total|postage|"
    "运费|快递费|邮费|配送费|物流费|delivery fee|shipping amount|order shipping|versandkosten|"
    "shipping charge|delivery cost|order shipping amount",
    "shipping_tax": "shipping tax|运费税|shipping tax total",
    "discount": "discount|order discount|discount amount|discounts|total discount|优惠|折扣|"
    "优惠金额|优惠券|折扣金额|订单优惠|coupon|discount total|满减|cart discount|立减",
    "tax": "tax|vat|sales tax|order tax|tax total|total tax|taxes|gst|税额|税|税费|税金|增值税|"
    "tax amount|mwst",
    "subtotal": "subtotal|sub total|goods total|商品合计|商品小计|货款|order subtotal",
    "total": "total|order total|grand total|total amount|amount due|合计|总计|订单金额|总金额|"
    "实付金额|实付|应付金额|订单总额|订单合计|total price|invoice total|order amount|gesamtbetrag|"
    "付款金额|实收金额|order total amount",
    "tip": "tip|tips|小费",
    "duties": "duties|duty|关税",
    "refunded": "refunded|refunded amount|refund|退款金额|退款|order refund amount",
    "tax_included": "tax included|taxes included|含税|是否含税|tax inclusive|prices include tax|"
    "price includes tax",
    "tracking_number": "tracking number|tracking no|"
    "tracking|tracking id|awb|物流单号|快递单号|运单号|"
    "跟踪号|运单编号|tracking #|sendungsnummer",
    "carrier": "carrier|courier|shipping carrier|物流公司|快递公司|承运商|快递|物流|carrier name|"
    "shipping company name",
    "shipped_at": "shipped at|ship date|shipped date|date shipped|shipping date|发货时间|发货日期|"
    "出库时间|dispatch date|fulfilled at|dispatched at",
    "delivered_at": "delivered at|delivery date|delivered|"
    "date delivered|签收时间|送达时间|收货时间|"
    "妥投时间|completed at|完成时间|成交时间",
    "cancelled_at": "cancelled at|canceled at|cancellation date|取消时间|关闭时间|date cancelled",
    "cancel_reason": "cancel reason|cancellation reason|取消原因|关闭原因|reason code",
    "notes": "notes|note|comment|comments|remark|remarks|备注|买家留言|留言|订单备注|客户备注|"
    "customer note|卖家备注|order notes|memo|instructions",
    "payment_terms": "payment terms|terms|账期|付款条件|结算方式|zahlungsbedingungen|付款方式条款",
    "payment_method": "payment method|payment method title|支付方式|付款方式|payment type|"
    "payment gateway",
    "sales_channel": "sales channel|sales-channel|销售渠道|渠道|source",
    "fulfilled_by": "fulfilled by|fulfilled-by|fulfillment channel|fulfillment-channel",
    "refers_to": "refers to|original order|original order id|original invoice|原订单号|原单号|"
    "关联订单号|credit note for",
    "row_number": "index|#|no.|序号|编号|row|row number|行|s.no|sno|sr no",
    "test": "test|is test|test order|测试订单",
    "ignored": GUIDANCE,
}

_SIGNS = re.compile(r"[^\w#%]|_", re.UNICODE)
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


@cache
def normal(header: str) -> str:
    """Reduce a header to what counts: full width to half, no case, no spaces, no signs."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _SIGNS.sub("", text).replace("#", "no").replace("%", "percent")


def column_named(header: str) -> str | None:
    """Return our column for a header, also without what stands in brackets: `单价(元)`."""
    known = _known()
    found = known.get(normal(header))
    if found is None and (bare := _BRACKETS.sub("", header)) != header:
        found = known.get(normal(bare))
    return found or _bilingual(header, known)


def bracketed(header: str) -> str:
    """Return what stands in brackets: `EUR` of `Price (EUR)`."""
    match = _BRACKETS.search(header)
    return match.group()[1:-1].strip() if match else ""


def _bilingual(header: str, known: Mapping[str, str]) -> str | None:
    """Read `Order ID / 订单号`: both halves must mean the same column."""
    halves = [part for part in re.split(r"[/|\n]", header) if part.strip()]
    meanings = {known.get(normal(part)) for part in halves}
    return meanings.pop() if len(halves) > 1 and len(meanings) == 1 else None


@cache
def _known() -> Mapping[str, str]:
    by_name = {normal(name): name for name in COLUMNS}
    aliases = (
        (normal(alias), name) for name, words in _ALIASES.items() for alias in words.split("|")
    )
    return by_name | dict(aliases)
