BEGIN TRANSACTION;
CREATE TABLE agent_time (
	site VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	agent VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	ms BIGINT NOT NULL, 
	PRIMARY KEY (site, at, agent, state, reason)
);
CREATE TABLE annotations (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	until BIGINT, 
	title JSON NOT NULL, 
	who VARCHAR NOT NULL, 
	made_at BIGINT NOT NULL, 
	removed_by VARCHAR, 
	removed_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE api_tokens (
	id VARCHAR NOT NULL, 
	site VARCHAR NOT NULL, 
	label VARCHAR NOT NULL, 
	sha VARCHAR NOT NULL, 
	scopes JSON NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	revoked_by VARCHAR, 
	revoked_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE audit_findings (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	since BIGINT NOT NULL, 
	why JSON NOT NULL, 
	found_at BIGINT NOT NULL, 
	claimed_at BIGINT, 
	told_at BIGINT, 
	over_at BIGINT, 
	over_told_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE backfills (
	site VARCHAR NOT NULL, 
	sha VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	position BIGINT NOT NULL, 
	added BIGINT NOT NULL, 
	state BLOB, 
	facts JSON NOT NULL, 
	began_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	PRIMARY KEY (site, sha)
);
CREATE TABLE board_minutes (
	site VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	board BLOB NOT NULL, 
	PRIMARY KEY (site, at)
);
CREATE TABLE checkpoint (
	site VARCHAR(200) NOT NULL, 
	stream_id VARCHAR(40) NOT NULL, 
	at BIGINT NOT NULL, 
	state BLOB NOT NULL, 
	PRIMARY KEY (site)
);
INSERT INTO "checkpoint" VALUES('harbour','5-0',1795435260000,X'7374617465');
CREATE TABLE complaints (
	site VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	event_id VARCHAR NOT NULL, 
	contact_id VARCHAR NOT NULL, 
	queue VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	category VARCHAR, 
	business_line VARCHAR, 
	level VARCHAR, 
	priority INTEGER, 
	segment VARCHAR, 
	sentiment DOUBLE, 
	customer VARCHAR, 
	text TEXT, 
	attributes JSON NOT NULL, 
	PRIMARY KEY (site, at, event_id)
);
CREATE TABLE config_readings (
	site VARCHAR NOT NULL, 
	read_at BIGINT NOT NULL, 
	sha VARCHAR NOT NULL, 
	faults JSON NOT NULL, 
	restart JSON NOT NULL, 
	in_force_since BIGINT NOT NULL, 
	PRIMARY KEY (site)
);
CREATE TABLE contacts (
	site VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	contact_id VARCHAR NOT NULL, 
	queue VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	offered_at BIGINT, 
	left_at BIGINT, 
	outcome VARCHAR, 
	wait_s DOUBLE, 
	completed_at BIGINT, 
	talk_s DOUBLE, 
	hold_s DOUBLE, 
	acw_s DOUBLE, 
	agent VARCHAR, 
	transferred_at BIGINT, 
	first_reply_at BIGINT, 
	first_reply_s DOUBLE, 
	resolved_at BIGINT, 
	resolution_s DOUBLE, 
	reopened_at BIGINT, 
	rated_at BIGINT, 
	csat DOUBLE, 
	nps DOUBLE, 
	customer VARCHAR, 
	segment VARCHAR, 
	business_line VARCHAR, 
	category VARCHAR, 
	priority INTEGER, 
	attributes JSON NOT NULL, 
	more JSON, 
	PRIMARY KEY (site, at, contact_id, queue)
);
CREATE TABLE definition_versions (
	site VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	since VARCHAR NOT NULL, 
	content JSON NOT NULL, 
	sha VARCHAR NOT NULL, 
	owner VARCHAR, 
	first_seen_at BIGINT NOT NULL, 
	PRIMARY KEY (site, kind, name, version)
);
CREATE TABLE delivery_attempts (
	id INTEGER NOT NULL, 
	message_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	status INTEGER, 
	body_code VARCHAR(200), 
	error VARCHAR(200), 
	PRIMARY KEY (id), 
	FOREIGN KEY(message_id) REFERENCES outbox (id)
);
INSERT INTO "delivery_attempts" VALUES(1,1,1795435201000,200,NULL,NULL);
CREATE TABLE document_versions (
	site VARCHAR(200) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (site, kind, name, version)
);
CREATE TABLE drills (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	scenario VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	limit_s DOUBLE NOT NULL, 
	queues JSON NOT NULL, 
	"cast" JSON, 
	planned_for BIGINT, 
	asked_by VARCHAR NOT NULL, 
	asked_at BIGINT NOT NULL, 
	began_at BIGINT, 
	ended_at BIGINT, 
	ended_by VARCHAR, 
	why JSON, 
	assessment TEXT, 
	assessed_by VARCHAR, 
	assessed_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (site, name, planned_for)
);
CREATE TABLE external_alerts (
	site VARCHAR(200) NOT NULL, 
	fingerprint VARCHAR(40) NOT NULL, 
	version BIGINT NOT NULL, 
	labels JSON NOT NULL, 
	annotations JSON NOT NULL, 
	link TEXT, 
	starts_at BIGINT NOT NULL, 
	told_at BIGINT NOT NULL, 
	valid_until BIGINT NOT NULL, 
	over_at BIGINT, 
	PRIMARY KEY (site, fingerprint)
);
CREATE TABLE follow_ups (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	incident_id INTEGER NOT NULL, 
	what TEXT NOT NULL, 
	owner VARCHAR(200) NOT NULL, 
	due_at BIGINT NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	made_by VARCHAR(200) NOT NULL, 
	made_at BIGINT NOT NULL, 
	ended_by VARCHAR(200), 
	ended_at BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id)
);
CREATE TABLE given_reminders (
	"key" VARCHAR NOT NULL, 
	site VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE hand_overs (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	to_start BIGINT, 
	to_end BIGINT, 
	sheet JSON NOT NULL, 
	offered_by VARCHAR NOT NULL, 
	offered_at BIGINT NOT NULL, 
	due_at BIGINT, 
	told INTEGER NOT NULL, 
	accepted_by VARCHAR, 
	accepted_at BIGINT, 
	replaced_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE hourly_counts (
	site VARCHAR(200) NOT NULL, 
	hour INTEGER NOT NULL, 
	queue VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (site, hour, queue, name)
);
INSERT INTO "hourly_counts" VALUES('harbour',498732,'support','offered',3);
INSERT INTO "hourly_counts" VALUES('harbour',498733,'support','offered',2);
CREATE TABLE incidents (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	rule VARCHAR(200) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	scope VARCHAR(200) NOT NULL, 
	level INTEGER NOT NULL, 
	worst_level INTEGER DEFAULT '3' NOT NULL, 
	escalated_level INTEGER, 
	signal VARCHAR(40) NOT NULL, 
	work VARCHAR(40) NOT NULL, 
	no_data BOOLEAN NOT NULL, 
	title JSON NOT NULL, 
	why JSON NOT NULL, 
	value FLOAT, 
	threshold FLOAT, 
	contributors JSON NOT NULL, 
	runbook TEXT, 
	drill BOOLEAN NOT NULL, 
	opened_at BIGINT NOT NULL, 
	acknowledge_by BIGINT, 
	owner VARCHAR(200), 
	raises INTEGER NOT NULL, 
	owned_until BIGINT, 
	inhibited_by BIGINT, 
	escalation_step INTEGER DEFAULT '0' NOT NULL, 
	escalation_due_at BIGINT, 
	closed_at BIGINT, 
	cause VARCHAR(40), drill_id BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "incidents" VALUES(7,2,'s','sla','sla_breach','support',2,2,NULL,'raised','acknowledged',0,'{"en":"Support: SL below goal","zh":"Support：服务水平低于目标"}','{"en":"61 %","zh":"61 %"}',NULL,NULL,'[]',NULL,0,1795435200000,NULL,'Ada',1,NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE interval_rows (
	site VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	queue VARCHAR(200) NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	tally JSON NOT NULL, 
	PRIMARY KEY (site, at, queue, channel)
);
INSERT INTO "interval_rows" VALUES('harbour',1795435200000,'support','voice','{"counts":{"offered":3,"wait#187":1},"peaks":{"wait_left":9000}}');
INSERT INTO "interval_rows" VALUES('harbour',1795438800000,'support','voice','{"counts":{"offered":2},"peaks":{}}');
INSERT INTO "interval_rows" VALUES('harbour',1795435200000,'billing','mail','{"counts":{"offered":1},"peaks":{}}');
INSERT INTO "interval_rows" VALUES('harbour',1795435200000,'Gäste "VIP"','chat','{"counts":{"offered":4,"answered":3,"wait#187":1},"peaks":{"wait_left":9000}}');
INSERT INTO "interval_rows" VALUES('harbour',1795435200000,'Gäste "VIP"','voice','{"counts":{"offered":4,"answered":3,"wait#187":1},"peaks":{"wait_left":9000}}');
CREATE TABLE log_ends (
	site VARCHAR(200) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	lines INTEGER NOT NULL, 
	PRIMARY KEY (site)
);
INSERT INTO "log_ends" VALUES('s','b58eae6750013c67f280e5fcb6ae155404441f25d5ef2d96d2c8fa35cbbfed10',2);
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	payload JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_status INTEGER, 
	last_body_code VARCHAR, 
	last_error VARCHAR, 
	sent_at BIGINT, 
	given_up_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	incident_id INTEGER NOT NULL, 
	"key" VARCHAR(500) NOT NULL, 
	channel VARCHAR(200) NOT NULL, 
	level INTEGER NOT NULL, 
	payload JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	batch VARCHAR(500), 
	attempts INTEGER NOT NULL, 
	last_status INTEGER, 
	last_body_code VARCHAR(200), 
	last_error VARCHAR(200), 
	sent_at BIGINT, 
	given_up_at BIGINT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id), 
	UNIQUE ("key")
);
INSERT INTO "outbox" VALUES(1,'s',7,'s/7/raised-1/ops','ops',2,'{"state":"raised"}',1795435200000,1795435200000,NULL,1,NULL,NULL,NULL,1795435201000,NULL);
CREATE TABLE postmortem_versions (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	incident_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	content JSON NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (incident_id, version), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id)
);
CREATE TABLE pruned (
	site VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (site, kind)
);
CREATE TABLE repeats (
	site VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	queue VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	business_line VARCHAR NOT NULL, 
	segment VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	tally JSON NOT NULL, 
	PRIMARY KEY (site, at, queue, channel, business_line, segment, category)
);
CREATE TABLE rollups (
	site VARCHAR NOT NULL, 
	grain VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	queue VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	tally JSON NOT NULL, 
	spread JSON, 
	PRIMARY KEY (site, grain, at, queue, channel)
);
CREATE TABLE rollups_due (
	site VARCHAR NOT NULL, 
	grain VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (site, grain, at)
);
INSERT INTO "rollups_due" VALUES('harbour','15m',1795435200000);
INSERT INTO "rollups_due" VALUES('harbour','15m',1795438800000);
CREATE TABLE rule_versions (
	site VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	sha VARCHAR NOT NULL, 
	first_seen_at BIGINT NOT NULL, 
	origin VARCHAR NOT NULL, 
	PRIMARY KEY (site, name, number)
);
CREATE TABLE schema_version (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,5);
CREATE TABLE seen_ids (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	hour INTEGER NOT NULL, 
	ids BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE signal_states (
	site VARCHAR(200) NOT NULL, 
	rule VARCHAR(200) NOT NULL, 
	scope VARCHAR(200) NOT NULL, 
	state JSON NOT NULL, 
	PRIMARY KEY (site, rule, scope)
);
INSERT INTO "signal_states" VALUES('s','sla','support','{"incident_id":7,"work":"acknowledged","seen_at":1795435230000,"level":2,"worst_level":2,"voice":{"told":"raised","told_level":2,"level":2},"rungs":[{"signal":"raised"}]}');
CREATE TABLE silences (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	rule VARCHAR(200) NOT NULL, 
	scope VARCHAR(200) NOT NULL, 
	level INTEGER NOT NULL, 
	starts_at BIGINT NOT NULL, 
	ends_at BIGINT NOT NULL, 
	comment TEXT NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	made_at BIGINT NOT NULL, 
	lifted_at BIGINT, 
	lifted_by VARCHAR(200), 
	PRIMARY KEY (id)
);
CREATE TABLE slices (
	site VARCHAR NOT NULL, 
	grain VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	queue VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	business_line VARCHAR NOT NULL, 
	segment VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	tally JSON NOT NULL, 
	spread JSON, 
	PRIMARY KEY (site, grain, at, queue, channel, business_line, segment, category)
);
CREATE TABLE snapshots (
	site VARCHAR NOT NULL, 
	edition VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	frozen_at BIGINT NOT NULL, 
	sha VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (site, edition, day)
);
CREATE TABLE statement_versions (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	incident_id INTEGER NOT NULL, 
	audience VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	text JSON NOT NULL, 
	drafted_by VARCHAR(200) NOT NULL, 
	drafted_at BIGINT NOT NULL, 
	approved_by VARCHAR(200), 
	approved_at BIGINT, 
	sent_by VARCHAR(200), 
	sent_at BIGINT, 
	channels JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (incident_id, audience, version), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id)
);
CREATE TABLE transitions (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	incident_id INTEGER, 
	kind VARCHAR(40) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	from_state VARCHAR(40) NOT NULL, 
	to_state VARCHAR(40) NOT NULL, 
	why JSON NOT NULL, 
	comment TEXT, 
	origin VARCHAR(100), 
	hash VARCHAR(64), 
	PRIMARY KEY (id), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id)
);
INSERT INTO "transitions" VALUES(1,'s',1795435200000,7,'work','pulse','closed','open','{"en":"61 %","zh":"61 %"}',NULL,NULL,'7bfbd5ee571fcf89fe71e50c1aa99d82805c85c23d4c125b681281b0c6e6b5aa');
INSERT INTO "transitions" VALUES(2,'s',1795435230000,7,'work','Ada','open','acknowledged','{"en":"acknowledged by Ada","zh":"Ada 已确认"}',NULL,NULL,'b58eae6750013c67f280e5fcb6ae155404441f25d5ef2d96d2c8fa35cbbfed10');
CREATE TABLE unfiled_events (
	id INTEGER NOT NULL, 
	site VARCHAR NOT NULL, 
	events BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE wall_tokens (
	id VARCHAR(40) NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	label VARCHAR(200) NOT NULL, 
	layouts JSON NOT NULL, 
	sees_names BOOLEAN NOT NULL, 
	created_by VARCHAR(200) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	revoked_by VARCHAR(200), 
	revoked_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE watch_leases (
	site VARCHAR NOT NULL, 
	number BIGINT NOT NULL, 
	beat BIGINT NOT NULL, 
	holder VARCHAR NOT NULL, 
	place VARCHAR, 
	PRIMARY KEY (site)
);
CREATE INDEX ix_seen_ids_site_hour ON seen_ids (site, hour);
CREATE INDEX ix_wall_tokens_site ON wall_tokens (site);
CREATE INDEX ix_silences_site ON silences (site);
CREATE INDEX ix_incidents_escalation_due_at ON incidents (escalation_due_at);
CREATE INDEX ix_transitions_incident_id ON transitions (incident_id);
CREATE INDEX ix_outbox_due ON outbox (site, channel, due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX ix_outbox_incident_id ON outbox (incident_id);
CREATE INDEX ix_statement_versions_incident_id ON statement_versions (incident_id);
CREATE INDEX ix_postmortem_versions_incident_id ON postmortem_versions (incident_id);
CREATE INDEX ix_follow_ups_due ON follow_ups (site, state, due_at);
CREATE INDEX ix_follow_ups_incident_id ON follow_ups (incident_id);
CREATE INDEX ix_delivery_attempts_message_id ON delivery_attempts (message_id);
CREATE UNIQUE INDEX ux_drills_one_under_way ON drills (site) WHERE ended_at IS NULL;
CREATE INDEX ix_drills_site ON drills (site);
CREATE INDEX ix_notices_due ON notices (site, channel, due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX ix_hand_overs_shift ON hand_overs (site, to_start);
CREATE INDEX ix_hand_overs_due ON hand_overs (site, due_at);
CREATE UNIQUE INDEX ux_hand_overs_one_offered ON hand_overs (site) WHERE accepted_at IS NULL AND replaced_at IS NULL;
CREATE UNIQUE INDEX ux_audit_findings_one_standing ON audit_findings (site, kind) WHERE over_at IS NULL;
CREATE INDEX ix_incidents_drill_id ON incidents (drill_id);
CREATE UNIQUE INDEX ux_incidents_one_open ON incidents (site, rule, scope, drill) WHERE work != 'closed' AND work != 'reviewed';
CREATE INDEX ix_contacts_customer ON contacts (site, customer, at);
CREATE INDEX ix_contacts_contact ON contacts (site, contact_id);
CREATE INDEX ix_complaints_contact ON complaints (site, contact_id);
CREATE INDEX ix_complaints_customer ON complaints (site, customer, at);
CREATE INDEX ix_unfiled_events_site ON unfiled_events (site);
CREATE INDEX ix_slices_line ON slices (site, grain, business_line, at);
CREATE INDEX ix_annotations_site ON annotations (site);
CREATE INDEX ix_api_tokens_site ON api_tokens (site);
CREATE VIEW v_day_figures AS SELECT site, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, at AS at_ms, date((at + 46800000) / 1000, 'unixepoch') AS day, queue, channel, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.offered'), 0) END AS offered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.answered'), 0) END AS answered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned'), 0) END AS abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.short_abandoned'), 0) END AS short_abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned_within_target'), 0) END AS abandoned_within_target, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.overflowed'), 0) END AS overflowed, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.withdrawn'), 0) END AS withdrawn, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.lost'), 0) END AS lost, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.callback_requested'), 0) END AS callback_requested, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.refused'), 0) END AS refused, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.transferred'), 0) END AS transferred, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.handled'), 0) END AS handled, CASE WHEN coalesce(json_extract(tally, '$.counts.answered_wait_unknown'), 0) < json_extract(tally, '$.counts.answered') THEN coalesce(json_extract(tally, '$.counts.answered_within_target'), 0) END AS answered_within_target, json_extract(tally, '$.counts.handled_known') AS handled_known, json_extract(tally, '$.counts.wait_answered_known') AS wait_answered_known, json_extract(tally, '$.counts.first_replies') AS first_replies, json_extract(tally, '$.counts.first_replies_known') AS first_replies_known, json_extract(tally, '$.counts.resolved') AS resolved, json_extract(tally, '$.counts.resolved_known') AS resolved_known, json_extract(tally, '$.counts.reopened') AS reopened, json_extract(tally, '$.counts.bot_sessions') AS bot_sessions, json_extract(tally, '$.counts.bot_solved') AS bot_solved, json_extract(tally, '$.counts.complaints') AS complaints, json_extract(tally, '$.counts.csat_responses') AS csat_responses, json_extract(tally, '$.counts.csat_top_two') AS csat_top_two, json_extract(tally, '$.counts.nps_promoters') AS nps_promoters, json_extract(tally, '$.counts.nps_passives') AS nps_passives, json_extract(tally, '$.counts.nps_detractors') AS nps_detractors, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.talk_ms'), 0) / 1000.0 END AS talk_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.hold_ms'), 0) / 1000.0 END AS hold_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.acw_ms'), 0) / 1000.0 END AS acw_s, CASE WHEN json_extract(tally, '$.counts.wait_answered_known') > 0 THEN coalesce(json_extract(tally, '$.counts.wait_answered_ms'), 0) / 1000.0 END AS wait_answered_s, CASE WHEN json_extract(tally, '$.counts.first_replies_known') > 0 THEN coalesce(json_extract(tally, '$.counts.first_replies_ms'), 0) / 1000.0 END AS first_reply_s, CASE WHEN json_extract(tally, '$.counts.resolved_known') > 0 THEN coalesce(json_extract(tally, '$.counts.resolved_ms'), 0) / 1000.0 END AS resolution_s, json_extract(tally, '$.counts.csat_centi') / 100.0 AS csat_points, json_extract(tally, '$.peaks.wait_left') / 1000.0 AS max_wait_s FROM rollups WHERE grain = '1d';
CREATE VIEW v_hour_figures AS SELECT site, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, at AS at_ms, queue, channel, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.offered'), 0) END AS offered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.answered'), 0) END AS answered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned'), 0) END AS abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.short_abandoned'), 0) END AS short_abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned_within_target'), 0) END AS abandoned_within_target, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.overflowed'), 0) END AS overflowed, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.withdrawn'), 0) END AS withdrawn, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.lost'), 0) END AS lost, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.callback_requested'), 0) END AS callback_requested, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.refused'), 0) END AS refused, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.transferred'), 0) END AS transferred, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.handled'), 0) END AS handled, CASE WHEN coalesce(json_extract(tally, '$.counts.answered_wait_unknown'), 0) < json_extract(tally, '$.counts.answered') THEN coalesce(json_extract(tally, '$.counts.answered_within_target'), 0) END AS answered_within_target, json_extract(tally, '$.counts.handled_known') AS handled_known, json_extract(tally, '$.counts.wait_answered_known') AS wait_answered_known, json_extract(tally, '$.counts.first_replies') AS first_replies, json_extract(tally, '$.counts.first_replies_known') AS first_replies_known, json_extract(tally, '$.counts.resolved') AS resolved, json_extract(tally, '$.counts.resolved_known') AS resolved_known, json_extract(tally, '$.counts.reopened') AS reopened, json_extract(tally, '$.counts.bot_sessions') AS bot_sessions, json_extract(tally, '$.counts.bot_solved') AS bot_solved, json_extract(tally, '$.counts.complaints') AS complaints, json_extract(tally, '$.counts.csat_responses') AS csat_responses, json_extract(tally, '$.counts.csat_top_two') AS csat_top_two, json_extract(tally, '$.counts.nps_promoters') AS nps_promoters, json_extract(tally, '$.counts.nps_passives') AS nps_passives, json_extract(tally, '$.counts.nps_detractors') AS nps_detractors, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.talk_ms'), 0) / 1000.0 END AS talk_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.hold_ms'), 0) / 1000.0 END AS hold_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.acw_ms'), 0) / 1000.0 END AS acw_s, CASE WHEN json_extract(tally, '$.counts.wait_answered_known') > 0 THEN coalesce(json_extract(tally, '$.counts.wait_answered_ms'), 0) / 1000.0 END AS wait_answered_s, CASE WHEN json_extract(tally, '$.counts.first_replies_known') > 0 THEN coalesce(json_extract(tally, '$.counts.first_replies_ms'), 0) / 1000.0 END AS first_reply_s, CASE WHEN json_extract(tally, '$.counts.resolved_known') > 0 THEN coalesce(json_extract(tally, '$.counts.resolved_ms'), 0) / 1000.0 END AS resolution_s, json_extract(tally, '$.counts.csat_centi') / 100.0 AS csat_points, json_extract(tally, '$.peaks.wait_left') / 1000.0 AS max_wait_s FROM rollups WHERE grain = '1h';
CREATE VIEW v_quarter_figures AS SELECT site, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, at AS at_ms, queue, channel, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.offered'), 0) END AS offered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.answered'), 0) END AS answered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned'), 0) END AS abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.short_abandoned'), 0) END AS short_abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned_within_target'), 0) END AS abandoned_within_target, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.overflowed'), 0) END AS overflowed, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.withdrawn'), 0) END AS withdrawn, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.lost'), 0) END AS lost, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.callback_requested'), 0) END AS callback_requested, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.refused'), 0) END AS refused, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.transferred'), 0) END AS transferred, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.handled'), 0) END AS handled, CASE WHEN coalesce(json_extract(tally, '$.counts.answered_wait_unknown'), 0) < json_extract(tally, '$.counts.answered') THEN coalesce(json_extract(tally, '$.counts.answered_within_target'), 0) END AS answered_within_target, json_extract(tally, '$.counts.handled_known') AS handled_known, json_extract(tally, '$.counts.wait_answered_known') AS wait_answered_known, json_extract(tally, '$.counts.first_replies') AS first_replies, json_extract(tally, '$.counts.first_replies_known') AS first_replies_known, json_extract(tally, '$.counts.resolved') AS resolved, json_extract(tally, '$.counts.resolved_known') AS resolved_known, json_extract(tally, '$.counts.reopened') AS reopened, json_extract(tally, '$.counts.bot_sessions') AS bot_sessions, json_extract(tally, '$.counts.bot_solved') AS bot_solved, json_extract(tally, '$.counts.complaints') AS complaints, json_extract(tally, '$.counts.csat_responses') AS csat_responses, json_extract(tally, '$.counts.csat_top_two') AS csat_top_two, json_extract(tally, '$.counts.nps_promoters') AS nps_promoters, json_extract(tally, '$.counts.nps_passives') AS nps_passives, json_extract(tally, '$.counts.nps_detractors') AS nps_detractors, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.talk_ms'), 0) / 1000.0 END AS talk_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.hold_ms'), 0) / 1000.0 END AS hold_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.acw_ms'), 0) / 1000.0 END AS acw_s, CASE WHEN json_extract(tally, '$.counts.wait_answered_known') > 0 THEN coalesce(json_extract(tally, '$.counts.wait_answered_ms'), 0) / 1000.0 END AS wait_answered_s, CASE WHEN json_extract(tally, '$.counts.first_replies_known') > 0 THEN coalesce(json_extract(tally, '$.counts.first_replies_ms'), 0) / 1000.0 END AS first_reply_s, CASE WHEN json_extract(tally, '$.counts.resolved_known') > 0 THEN coalesce(json_extract(tally, '$.counts.resolved_ms'), 0) / 1000.0 END AS resolution_s, json_extract(tally, '$.counts.csat_centi') / 100.0 AS csat_points, json_extract(tally, '$.peaks.wait_left') / 1000.0 AS max_wait_s FROM rollups WHERE grain = '15m';
CREATE VIEW v_day_parts AS SELECT site, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, at AS at_ms, date((at + 46800000) / 1000, 'unixepoch') AS day, queue, channel, business_line, segment, category, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.offered'), 0) END AS offered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.answered'), 0) END AS answered, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned'), 0) END AS abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.short_abandoned'), 0) END AS short_abandoned, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.abandoned_within_target'), 0) END AS abandoned_within_target, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.overflowed'), 0) END AS overflowed, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.withdrawn'), 0) END AS withdrawn, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.lost'), 0) END AS lost, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.callback_requested'), 0) END AS callback_requested, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.refused'), 0) END AS refused, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.transferred'), 0) END AS transferred, CASE WHEN coalesce(json_extract(tally, '$.counts.offered'), json_extract(tally, '$.counts.answered'), json_extract(tally, '$.counts.abandoned'), json_extract(tally, '$.counts.overflowed'), json_extract(tally, '$.counts.refused'), json_extract(tally, '$.counts.handled')) IS NOT NULL THEN coalesce(json_extract(tally, '$.counts.handled'), 0) END AS handled, CASE WHEN coalesce(json_extract(tally, '$.counts.answered_wait_unknown'), 0) < json_extract(tally, '$.counts.answered') THEN coalesce(json_extract(tally, '$.counts.answered_within_target'), 0) END AS answered_within_target, json_extract(tally, '$.counts.handled_known') AS handled_known, json_extract(tally, '$.counts.wait_answered_known') AS wait_answered_known, json_extract(tally, '$.counts.first_replies') AS first_replies, json_extract(tally, '$.counts.first_replies_known') AS first_replies_known, json_extract(tally, '$.counts.resolved') AS resolved, json_extract(tally, '$.counts.resolved_known') AS resolved_known, json_extract(tally, '$.counts.reopened') AS reopened, json_extract(tally, '$.counts.bot_sessions') AS bot_sessions, json_extract(tally, '$.counts.bot_solved') AS bot_solved, json_extract(tally, '$.counts.complaints') AS complaints, json_extract(tally, '$.counts.csat_responses') AS csat_responses, json_extract(tally, '$.counts.csat_top_two') AS csat_top_two, json_extract(tally, '$.counts.nps_promoters') AS nps_promoters, json_extract(tally, '$.counts.nps_passives') AS nps_passives, json_extract(tally, '$.counts.nps_detractors') AS nps_detractors, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.talk_ms'), 0) / 1000.0 END AS talk_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.hold_ms'), 0) / 1000.0 END AS hold_s, CASE WHEN json_extract(tally, '$.counts.handled_known') > 0 THEN coalesce(json_extract(tally, '$.counts.acw_ms'), 0) / 1000.0 END AS acw_s, CASE WHEN json_extract(tally, '$.counts.wait_answered_known') > 0 THEN coalesce(json_extract(tally, '$.counts.wait_answered_ms'), 0) / 1000.0 END AS wait_answered_s, CASE WHEN json_extract(tally, '$.counts.first_replies_known') > 0 THEN coalesce(json_extract(tally, '$.counts.first_replies_ms'), 0) / 1000.0 END AS first_reply_s, CASE WHEN json_extract(tally, '$.counts.resolved_known') > 0 THEN coalesce(json_extract(tally, '$.counts.resolved_ms'), 0) / 1000.0 END AS resolution_s, json_extract(tally, '$.counts.csat_centi') / 100.0 AS csat_points, json_extract(tally, '$.peaks.wait_left') / 1000.0 AS max_wait_s FROM slices WHERE grain = '1d';
CREATE VIEW v_contacts AS SELECT site, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, at AS at_ms, contact_id, queue, channel, outcome, wait_s, talk_s, hold_s, acw_s, first_reply_s, resolution_s, csat, nps, customer, segment, business_line, category, priority, strftime('%Y-%m-%dT%H:%M:%fZ', offered_at / 1000.0, 'unixepoch') AS offered_at, strftime('%Y-%m-%dT%H:%M:%fZ', left_at / 1000.0, 'unixepoch') AS left_at, strftime('%Y-%m-%dT%H:%M:%fZ', completed_at / 1000.0, 'unixepoch') AS completed_at, strftime('%Y-%m-%dT%H:%M:%fZ', transferred_at / 1000.0, 'unixepoch') AS transferred_at, strftime('%Y-%m-%dT%H:%M:%fZ', first_reply_at / 1000.0, 'unixepoch') AS first_reply_at, strftime('%Y-%m-%dT%H:%M:%fZ', resolved_at / 1000.0, 'unixepoch') AS resolved_at, strftime('%Y-%m-%dT%H:%M:%fZ', reopened_at / 1000.0, 'unixepoch') AS reopened_at, strftime('%Y-%m-%dT%H:%M:%fZ', rated_at / 1000.0, 'unixepoch') AS rated_at FROM contacts;
CREATE VIEW v_incidents AS SELECT site, id, rule, kind, scope, level, worst_level, signal, work, value, threshold, cause, strftime('%Y-%m-%dT%H:%M:%fZ', opened_at / 1000.0, 'unixepoch') AS opened_at, strftime('%Y-%m-%dT%H:%M:%fZ', acknowledge_by / 1000.0, 'unixepoch') AS acknowledge_by, strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000.0, 'unixepoch') AS closed_at, (closed_at - opened_at) / 1000.0 AS lasted_s, json_extract(title, '$.en') AS title_en, json_extract(title, '$.zh') AS title_zh, json_extract(why, '$.en') AS why_en, json_extract(why, '$.zh') AS why_zh FROM incidents WHERE NOT drill;
CREATE VIEW v_snapshots AS SELECT site, edition, day, strftime('%Y-%m-%dT%H:%M:%fZ', frozen_at / 1000.0, 'unixepoch') AS frozen_at, sha FROM snapshots;
COMMIT;
