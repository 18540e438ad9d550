select "delivered_up_to" from "report_channel" where "channel" = $1
