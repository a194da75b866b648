-- Deadlines in SQL; shopops/clocks/pure.py is the same in Python, and a property test holds the two together.
--
-- A calendar's open stretches carry the open time before them, so "open microseconds until t" (clocks_worked) and its
-- inverse are one index look-up each. A deadline is counted in open time: start + duration, and the open time of every
-- pause that the clock meets on its way is added. Overlapping pauses are joined while walking over them.
-- `features` names one feature, several joined by commas, or none ('').

CREATE OR REPLACE FUNCTION clocks_microseconds(length interval) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT (extract(epoch FROM length) * 1000000)::bigint
$$;

-- Which calendar, and that it covers both moments.
CREATE OR REPLACE FUNCTION clocks_calendar(
    calendar text, earliest timestamptz, latest timestamptz
) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    cal record;
BEGIN
    SELECT id, covers_from, covers_to INTO cal FROM clocks_workingcalendar WHERE code = calendar;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No calendar "%" is published.', calendar;
    END IF;
    IF earliest < cal.covers_from OR latest > cal.covers_to THEN
        RAISE EXCEPTION 'The calendar "%" does not cover % to %.', calendar, earliest, latest
            USING HINT = 'Run `manage.py extend_calendars`.';
    END IF;
    RETURN cal.id;
END
$$;

-- Open microseconds of the calendar until a moment.
CREATE OR REPLACE FUNCTION clocks_worked(cal bigint, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    worked bigint;
BEGIN
    SELECT s.before + clocks_microseconds(least(moment, s."end") - s.start) INTO worked
    FROM clocks_openstretch s WHERE s.calendar_id = cal AND s.start <= moment ORDER BY s.start DESC LIMIT 1;
    RETURN coalesce(worked, 0);
END
$$;

-- When the duration is used up: the first moment by which so much time has run.
CREATE OR REPLACE FUNCTION clocks_deadline(
    start timestamptz, seconds numeric, calendar text, features text
) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    cal constant bigint := clocks_calendar(calendar, start, start);
    duration constant bigint := greatest(round(seconds * 1000000), 0);
    target bigint;
    pause record;
    pause_at bigint;
    reached timestamptz := start;
    due timestamptz;
    stretch_end timestamptz;
BEGIN
    target := clocks_worked(cal, start) + duration;
    IF features <> '' THEN
        FOR pause IN
            SELECT p.start, p."end" FROM clocks_pause p
            WHERE p.feature = ANY (string_to_array(features, ',')) AND p."end" > reached ORDER BY p.start
        LOOP
            CONTINUE WHEN pause."end" <= reached;
            pause_at := clocks_worked(cal, greatest(pause.start, reached));
            -- A duration of nothing waits for the clock to run; any other may end where a pause begins.
            EXIT WHEN pause_at > target OR (pause_at = target AND duration > 0);
            target := target + clocks_worked(cal, pause."end") - pause_at;
            reached := pause."end";
        END LOOP;
    END IF;
    IF duration > 0 THEN
        SELECT s.start + (target - s.before) * interval '1 microsecond', s."end" INTO due, stretch_end
        FROM clocks_openstretch s WHERE s.calendar_id = cal AND s.before < target ORDER BY s.before DESC LIMIT 1;
    ELSE
        SELECT greatest(s.start, reached), s."end" INTO due, stretch_end
        FROM clocks_openstretch s WHERE s.calendar_id = cal AND s."end" > reached ORDER BY s.start LIMIT 1;
    END IF;
    IF due IS NULL OR due > stretch_end THEN
        PERFORM clocks_calendar(calendar, start, 'infinity');
    END IF;
    RETURN due;
END
$$;

-- The running time between two moments.
CREATE OR REPLACE FUNCTION clocks_elapsed(
    start timestamptz, moment timestamptz, calendar text, features text
) RETURNS interval LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    cal constant bigint := clocks_calendar(calendar, start, greatest(start, moment));
    pause record;
    reached timestamptz := start;
    run bigint;
BEGIN
    IF moment <= start THEN
        RETURN interval '0';
    END IF;
    run := clocks_worked(cal, moment) - clocks_worked(cal, start);
    IF features <> '' THEN
        FOR pause IN
            SELECT p.start, p."end" FROM clocks_pause p
            WHERE p.feature = ANY (string_to_array(features, ',')) AND p."end" > reached AND p.start < moment
            ORDER BY p.start
        LOOP
            CONTINUE WHEN pause."end" <= reached;
            run := run - clocks_worked(cal, least(pause."end", moment))
                + clocks_worked(cal, greatest(pause.start, reached));
            reached := least(pause."end", moment);
        END LOOP;
    END IF;
    RETURN run * interval '1 microsecond';
END
$$;

-- What is left at a moment; negative: the running time by which the deadline was missed.
CREATE OR REPLACE FUNCTION clocks_remaining(
    start timestamptz, seconds numeric, moment timestamptz, calendar text, features text
) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT round(seconds * 1000000)::bigint * interval '1 microsecond'
        - clocks_elapsed(start, moment, calendar, features)
$$;

-- Has the deadline passed? No deadline comes before start + duration, so most rows need no calendar.
CREATE OR REPLACE FUNCTION clocks_overdue(
    start timestamptz, seconds numeric, moment timestamptz, calendar text, features text
) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
BEGIN
    RETURN start + round(seconds * 1000000)::bigint * interval '1 microsecond' <= moment
        AND clocks_deadline(start, seconds, calendar, features) <= moment;
END
$$;

-- The latest start whose deadline, so many seconds of running time later, has come by a moment: what started then or
-- before is overdue. One call for a whole list: `start <= clocks_cutoff(...)` is a range of an index on start.
CREATE OR REPLACE FUNCTION clocks_cutoff(
    moment timestamptz, seconds numeric, calendar text, features text
) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    cal constant bigint := clocks_calendar(calendar, moment, moment);
    target bigint;
    pause record;
    pause_to bigint;
    reached timestamptz := moment;
    cutoff timestamptz;
BEGIN
    target := clocks_worked(cal, moment) - greatest(round(seconds * 1000000), 1);
    IF features <> '' THEN
        FOR pause IN
            SELECT p.start, p."end" FROM clocks_pause p
            WHERE p.feature = ANY (string_to_array(features, ',')) AND p.start < moment ORDER BY p."end" DESC
        LOOP
            CONTINUE WHEN pause.start >= reached;
            pause_to := clocks_worked(cal, least(pause."end", reached));
            EXIT WHEN pause_to <= target;
            target := target - pause_to + clocks_worked(cal, pause.start);
            reached := pause.start;
        END LOOP;
    END IF;
    IF target < 0 THEN
        RETURN (SELECT covers_from FROM clocks_workingcalendar WHERE id = cal);
    END IF;
    SELECT s.start + (target - s.before) * interval '1 microsecond' INTO cutoff
    FROM clocks_openstretch s WHERE s.calendar_id = cal AND s.before <= target ORDER BY s.before DESC LIMIT 1;
    RETURN cutoff;
END
$$;

-- The same for whole tables: the stretches in which the clock runs are computed once for a statement, as two arrays of
-- microseconds, and every row is two binary searches. `starts` begin with the calendar's first covered moment and end
-- with the last, `befores` is the running time until each.
CREATE OR REPLACE FUNCTION clocks_timeline(calendar text, features text, wants_starts boolean) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    cal record;
    running tstzmultirange;
    starts bigint[];
    befores bigint[];
BEGIN
    SELECT id, covers_from, covers_to INTO cal FROM clocks_workingcalendar WHERE code = calendar;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No calendar "%" is published.', calendar;
    END IF;
    SELECT range_agg(tstzrange(s.start, s."end")) INTO running FROM clocks_openstretch s WHERE s.calendar_id = cal.id;
    IF features <> '' THEN
        running := running - coalesce(
            (SELECT range_agg(tstzrange(p.start, p."end")) FROM clocks_pause p
             WHERE p.feature = ANY (string_to_array(features, ','))), '{}');
    END IF;
    SELECT array_agg(opens ORDER BY place), array_agg(total - length ORDER BY place) || max(total)
    INTO starts, befores
    FROM (
        SELECT place, length, clocks_microseconds(lower(stretch) - 'epoch'::timestamptz) AS opens,
            (sum(length) OVER (ORDER BY place))::bigint AS total
        FROM unnest(running) WITH ORDINALITY AS u (stretch, place),
            LATERAL clocks_microseconds(upper(stretch) - lower(stretch)) AS l (length)
    ) AS stretches;
    IF wants_starts THEN
        RETURN clocks_microseconds(cal.covers_from - 'epoch'::timestamptz) || starts
            || clocks_microseconds(cal.covers_to - 'epoch'::timestamptz);
    END IF;
    RETURN 0::bigint || befores;
END
$$;

CREATE OR REPLACE FUNCTION clocks_uncovered() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION 'The calendar does not cover all of these moments.'
        USING HINT = 'Run `manage.py extend_calendars`.';
END
$$;

-- Running microseconds until a moment.
CREATE OR REPLACE FUNCTION clocks_run(moment bigint, starts bigint[], befores bigint[]) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE
        WHEN width_bucket(moment, starts) BETWEEN 1 AND cardinality(starts) - 1 THEN least(
            befores[width_bucket(moment, starts)] + moment - starts[width_bucket(moment, starts)],
            befores[width_bucket(moment, starts) + 1])
        WHEN moment = starts[cardinality(starts)] THEN befores[cardinality(befores)]
        ELSE clocks_uncovered()
    END
$$;

-- When so many running microseconds are reached; `low` is 1 to take the earliest such moment, 0 for the latest.
CREATE OR REPLACE FUNCTION clocks_reached(
    target bigint, low int, starts bigint[], befores bigint[]
) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE
        WHEN target - low < befores[cardinality(befores)] THEN
            starts[width_bucket(target - low, befores)] + target - befores[width_bucket(target - low, befores)]
        ELSE clocks_uncovered()
    END
$$;

CREATE OR REPLACE FUNCTION clocks_deadline_on(
    start timestamptz, seconds numeric, starts bigint[], befores bigint[]
) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT 'epoch'::timestamptz + interval '1 microsecond' * clocks_reached(
        clocks_run(clocks_microseconds(start - 'epoch'::timestamptz), starts, befores)
            + greatest(round(seconds * 1000000), 0)::bigint,
        (seconds > 0)::int, starts, befores)
$$;

CREATE OR REPLACE FUNCTION clocks_elapsed_on(
    start timestamptz, moment timestamptz, starts bigint[], befores bigint[]
) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT interval '1 microsecond' * CASE
        WHEN moment <= start THEN 0
        ELSE clocks_run(clocks_microseconds(moment - 'epoch'::timestamptz), starts, befores)
            - clocks_run(clocks_microseconds(start - 'epoch'::timestamptz), starts, befores)
    END
$$;

CREATE OR REPLACE FUNCTION clocks_remaining_on(
    start timestamptz, seconds numeric, moment timestamptz, starts bigint[], befores bigint[]
) RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT round(seconds * 1000000)::bigint * interval '1 microsecond'
        - clocks_elapsed_on(start, moment, starts, befores)
$$;

CREATE OR REPLACE FUNCTION clocks_overdue_on(
    start timestamptz, seconds numeric, moment timestamptz, starts bigint[], befores bigint[]
) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE
        WHEN start + round(seconds * 1000000)::bigint * interval '1 microsecond' > moment THEN false
        ELSE clocks_deadline_on(start, seconds, starts, befores) <= moment
    END
$$;
