"""the sealed ledger and the contact base

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ID = sa.String(length=32)
LEDGER = ('ledger_positions', 'ledger_heads')


def upgrade() -> None:
    op.create_table('ledger_positions',
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('event_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['ledger_events.id'], name=op.f('fk_ledger_positions_event_id_ledger_events')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_ledger_positions')),
    sa.UniqueConstraint('event_id', name=op.f('uq_ledger_positions_event_id'))
    )
    op.create_table('ledger_heads',
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('previous_hash', sa.String(length=64)),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('size', name=op.f('pk_ledger_heads'))
    )
    op.create_table('frontiers',
    sa.Column('name', ID, nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('peaks', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_frontiers'))
    )
    op.create_table('suppressions',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('since', TIME, nullable=False),
    sa.Column('reason', ID, nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_suppressions'))
    )
    op.create_table('imports',
    sa.Column('id', ID, nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('provenance', sa.Text(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('begun_at', TIME, nullable=False),
    sa.Column('ended_at', TIME),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports')),
    sa.UniqueConstraint('file_sha256', name=op.f('uq_imports_file_sha256'))
    )
    op.create_table('contact_tags',
    sa.Column('contact_id', ID, nullable=False),
    sa.Column('tag', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_contact_tags_contact_id_contacts')),
    sa.PrimaryKeyConstraint('contact_id', 'tag', name=op.f('pk_contact_tags'))
    )
    op.create_table('api_tokens',
    sa.Column('id', ID, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.String(length=256), nullable=False),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('revoked_at', TIME),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('hash', name=op.f('uq_api_tokens_hash'))
    )
    op.create_table('feed_endpoints',
    sa.Column('id', ID, nullable=False),
    sa.Column('url', sa.String(length=1024), nullable=False),
    sa.Column('salt', ID, nullable=False),
    sa.Column('former_salt', ID),
    sa.Column('former_until', TIME),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('due_at', TIME),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('failing_since', TIME),
    sa.Column('created_at', TIME, nullable=False),
    sa.Column('removed_at', TIME),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_endpoints'))
    )
    for column in (
        sa.Column('basis', sa.String(length=16)),
        sa.Column('basis_at', TIME),
        sa.Column('licence', sa.String(length=8)),
        sa.Column('used', sa.Integer()),
    ):
        op.add_column('subscriptions', column)
    _protect()


def downgrade() -> None:
    for column in ('basis', 'basis_at', 'licence', 'used'):
        op.drop_column('subscriptions', column)
    for table in ('feed_endpoints', 'api_tokens', 'contact_tags', 'imports', 'suppressions',
                  'frontiers', 'ledger_heads', 'ledger_positions'):
        op.drop_table(table)


def _protect() -> None:
    """What is sealed stays: the same refusal as for the ledger's first tables."""
    if op.get_bind().dialect.name == "postgresql":
        for table in LEDGER:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in LEDGER:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}"
            )
