"""The health of addresses, and mails that are held

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import knowledge.columns

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suppressed_at', knowledge.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('bounces', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('bounce_kind', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('bounce_reason', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('last_bounce_at', knowledge.columns.UtcDateTime(timezone=True), nullable=True))

    op.create_table('held_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('envelope_from', sa.String(), nullable=True),
    sa.Column('envelope_to', sa.String(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('reader', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', knowledge.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', knowledge.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('operator_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['operator_id'], ['operator.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest')
    )
    with op.batch_alter_table('held_mail', schema=None) as batch_op:
        batch_op.create_index('ix_held_mail_state', ['state', 'at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('held_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_held_mail_state')

    op.drop_table('held_mail')
    with op.batch_alter_table('contact_point', schema=None) as batch_op:
        for name in ('last_bounce_at', 'bounce_reason', 'bounce_kind', 'bounces', 'suppressed_at'):
            batch_op.drop_column(name)
