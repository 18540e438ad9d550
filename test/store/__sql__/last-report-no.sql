select "report_no" from "report_outbox" order by "report_no" desc limit $1
