"""delivery, dialogues and the clock

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ID = sa.String(length=32)
DEAD = "state IN ('failed', 'undelivered', 'expired', 'lost')"


def upgrade() -> None:
    _widen()
    _create()


def downgrade() -> None:
    for table in ('provider_drifts', 'provider_notices', 'holds', 'job_leases', 'senders',
                  'incentive_codes', 'answers'):
        op.drop_table(table)
    for index in ('ix_outbox_due', 'uq_outbox_provider_message_id', 'ix_outbox_dead'):
        op.drop_index(index, table_name='outbox')
    # What the former revision does not know: a text without a message, and its states.
    op.execute("DELETE FROM outbox WHERE message_id IS NULL")
    op.execute("UPDATE outbox SET state = 'inline' WHERE state IN ('due', 'leased', 'unknown')")
    op.execute("UPDATE outbox SET state = 'superseded' WHERE state IN ('expired', 'lost')")
    with op.batch_alter_table('outbox') as batch:
        for column in ('programme', 'due_at', 'expires_at', 'attempts', 'attempted_at', 'claimed_by'):
            batch.drop_column(column)
        batch.alter_column('message_id', existing_type=ID, nullable=False)
    for table, columns in {
        'subscriptions': ('requested', 'reminded'),
        'conversations': (
            'left_at', 'same_text', 'wanted_since', 'wanted', 'answered_at', 'asking_programme',
            'asking_question', 'asking_tries', 'asking_until',
        ),
        'contacts': ('unreachable_since', 'unreachable_code'),
    }.items():
        for column in columns:
            op.drop_column(table, column)


def _widen() -> None:
    op.add_column('contacts', sa.Column('unreachable_since', TIME))
    op.add_column('contacts', sa.Column('unreachable_code', sa.String(length=16)))
    for column in (
        sa.Column('left_at', TIME),
        sa.Column('same_text', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('wanted_since', TIME),
        sa.Column('wanted', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('answered_at', TIME),
        sa.Column('asking_programme', sa.String(length=64)),
        sa.Column('asking_question', ID),
        sa.Column('asking_tries', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('asking_until', TIME),
    ):
        op.add_column('conversations', column)
    op.add_column('subscriptions', sa.Column('requested', TIME))
    op.add_column('subscriptions', sa.Column('reminded', TIME))
    with op.batch_alter_table('outbox') as batch:
        batch.alter_column('message_id', existing_type=ID, nullable=True)
        batch.add_column(sa.Column('programme', sa.String(length=64)))
        batch.add_column(sa.Column('due_at', TIME))
        batch.add_column(sa.Column('expires_at', TIME))
        batch.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('attempted_at', TIME))
        batch.add_column(sa.Column('claimed_by', ID))
    _partial_index('ix_outbox_due', 'outbox', ['sender', 'due_at'], 'due_at IS NOT NULL')
    _partial_index(
        'uq_outbox_provider_message_id', 'outbox', ['provider_message_id'],
        'provider_message_id IS NOT NULL', unique=True,
    )
    _partial_index('ix_outbox_dead', 'outbox', ['state'], DEAD)


def _create() -> None:
    op.create_table('answers',
    sa.Column('contact_id', ID, nullable=False),
    sa.Column('programme', sa.String(length=64), nullable=False),
    sa.Column('question', ID, nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('answered_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_answers_contact_id_contacts')),
    sa.PrimaryKeyConstraint('contact_id', 'programme', 'question', name=op.f('pk_answers'))
    )
    op.create_table('incentive_codes',
    sa.Column('programme', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', ID),
    sa.Column('given_at', TIME),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_incentive_codes_contact_id_contacts')),
    sa.PrimaryKeyConstraint('programme', 'code', name=op.f('pk_incentive_codes')),
    sa.UniqueConstraint('programme', 'contact_id', name=op.f('uq_incentive_codes_programme_contact_id'))
    )
    _partial_index(
        'ix_incentive_codes_left', 'incentive_codes', ['programme', 'position'], 'contact_id IS NULL'
    )
    op.create_table('senders',
    sa.Column('sender', sa.String(length=128), nullable=False),
    sa.Column('free_at', TIME),
    sa.Column('paused_until', TIME),
    sa.Column('pause_code', sa.String(length=16)),
    sa.PrimaryKeyConstraint('sender', name=op.f('pk_senders'))
    )
    op.create_table('job_leases',
    sa.Column('job', ID, nullable=False),
    sa.Column('owner', ID),
    sa.Column('expires_at', TIME),
    sa.Column('succeeded_at', TIME),
    sa.PrimaryKeyConstraint('job', name=op.f('pk_job_leases'))
    )
    op.create_table('holds',
    sa.Column('name', sa.String(length=48), nullable=False),
    sa.Column('until', TIME, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_holds'))
    )
    op.create_table('provider_notices',
    sa.Column('id', ID, nullable=False),
    sa.Column('contact_id', ID, nullable=False),
    sa.Column('sender', sa.String(length=128), nullable=False),
    sa.Column('opted_in', sa.Boolean(), nullable=False),
    sa.Column('at', TIME, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('due_at', TIME),
    sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'),
    sa.Column('error_code', sa.String(length=16)),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_provider_notices_contact_id_contacts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_notices'))
    )
    op.create_index(op.f('ix_provider_notices_contact_id'), 'provider_notices', ['contact_id'])
    _partial_index('ix_provider_notices_due', 'provider_notices', ['due_at'], 'due_at IS NOT NULL')
    op.create_table('provider_drifts',
    sa.Column('id', ID, nullable=False),
    sa.Column('contact_id', ID, nullable=False),
    sa.Column('sender', sa.String(length=128), nullable=False),
    sa.Column('kind', ID, nullable=False),
    sa.Column('error_code', sa.String(length=16)),
    sa.Column('found_at', TIME, nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_provider_drifts_contact_id_contacts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_drifts'))
    )
    op.create_index(op.f('ix_provider_drifts_contact_id'), 'provider_drifts', ['contact_id'])


def _partial_index(
    name: str, table: str, columns: list[str], where: str, unique: bool = False
) -> None:
    op.create_index(
        name, table, columns, unique=unique,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )
