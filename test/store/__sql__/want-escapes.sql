
    insert into evidence (sha256, station_id, kind, media_type, bytes, named_at)
    select distinct on (piece ->> 'sha256') piece ->> 'sha256', inspection.station_id, 'frame', piece ->> 'mediaType',
      (piece ->> 'bytes')::bigint, inspection.decided_at
    from disposition
    join inspection on inspection.inspection_id = disposition.inspection_id
    cross join lateral jsonb_array_elements(inspection.message -> 'evidence') as piece
    where disposition.verified = 'defect' and disposition.decided_at >= now() - interval '7 days'
      and inspection.verdict = 'pass' and piece ->> 'kind' = 'frame' and piece ->> 'sha256' ~ '^[0-9a-f]{64}$'
    on conflict (sha256) do nothing
