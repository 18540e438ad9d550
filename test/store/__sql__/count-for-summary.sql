
    with asked as (
      select inspection_id, station_id, epoch, trigger_no from inspection where inspection_id = any($1::uuid[])
    ), reported as (
      select report_outbox.inspection_id, count(distinct report_outbox.report_id) as reports
      from report_outbox
      join report_channel on report_channel.channel = $2
        and report_channel.delivered_up_to >= report_outbox.report_no
      where report_outbox.kind = 'inspection' and report_outbox.inspection_id = any($3::uuid[])
        and not exists (select from report_refusal where report_refusal.channel = report_channel.channel
          and report_refusal.report_no = report_outbox.report_no and report_refusal.resolved_at is null)
      group by report_outbox.inspection_id
    ), again as (
      select count(*) - count(distinct (inspection.station_id, inspection.epoch, inspection.trigger_no)) as inspections
      from inspection
      where exists (select from asked where asked.station_id = inspection.station_id
        and asked.epoch = inspection.epoch and asked.trigger_no = inspection.trigger_no)
    )
    select (select count(*) from asked) as stored,
      (select coalesce(sum(reports), 0)::bigint from reported) as reported,
      (select inspections from again)
        + (select coalesce(sum(reports - 1), 0)::bigint from reported) as duplicates
  
