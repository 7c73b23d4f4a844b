BEGIN TRANSACTION;
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
CREATE TABLE hourly_counts (
	site VARCHAR(200) NOT NULL, 
	hour INTEGER NOT NULL, 
	queue VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (site, hour, queue, name)
);
CREATE TABLE incidents (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	rule VARCHAR(200) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	scope VARCHAR(200) NOT NULL, 
	level INTEGER NOT NULL, 
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
	closed_at BIGINT, 
	cause VARCHAR(40), 
	PRIMARY KEY (id)
);
INSERT INTO "incidents" VALUES(7,2,'s','sla','sla_breach','support',2,'raised','acknowledged',0,'{"en": "Support: SL below goal", "zh": "Support\uff1a\u670d\u52a1\u6c34\u5e73\u4f4e\u4e8e\u76ee\u6807"}','{"en": "61 %", "zh": "61 %"}',NULL,NULL,'[]',NULL,0,1795435200000,NULL,'Ada',1,NULL,NULL);
CREATE TABLE interval_rows (
	site VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	queue VARCHAR(200) NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	tally JSON NOT NULL, 
	PRIMARY KEY (site, at, queue, channel)
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
INSERT INTO "outbox" VALUES(1,'s',7,'s/7/raised-1/ops','ops',2,'{"state": "raised"}',1795435200000,1795435200000,1,NULL,NULL,NULL,1795435201000,NULL);
CREATE TABLE schema_version (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,1);
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
INSERT INTO "signal_states" VALUES('s','sla','support','{"signal": "raised", "incident_id": 7, "work": "acknowledged", "seen_at": 1795435230000}');
CREATE TABLE transitions (
	id INTEGER NOT NULL, 
	site VARCHAR(200) NOT NULL, 
	at BIGINT NOT NULL, 
	incident_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	from_state VARCHAR(40) NOT NULL, 
	to_state VARCHAR(40) NOT NULL, 
	why JSON NOT NULL, 
	comment TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(incident_id) REFERENCES incidents (id)
);
INSERT INTO "transitions" VALUES(1,'s',1795435200000,7,'work','pulse','closed','open','{"en": "61 %", "zh": "61 %"}',NULL);
INSERT INTO "transitions" VALUES(2,'s',1795435230000,7,'work','Ada','open','acknowledged','{"en": "acknowledged by Ada", "zh": "Ada \u5df2\u786e\u8ba4"}',NULL);
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
CREATE INDEX ix_seen_ids_site_hour ON seen_ids (site, hour);
CREATE INDEX ix_wall_tokens_site ON wall_tokens (site);
CREATE UNIQUE INDEX ux_incidents_one_open ON incidents (site, rule, scope) WHERE work != 'closed';
CREATE INDEX ix_transitions_incident_id ON transitions (incident_id);
CREATE INDEX ix_outbox_due ON outbox (site, channel, due_at);
CREATE INDEX ix_outbox_incident_id ON outbox (incident_id);
CREATE INDEX ix_delivery_attempts_message_id ON delivery_attempts (message_id);
COMMIT;
