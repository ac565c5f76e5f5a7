"""vectors by embedding, kept beside those of the embedding before; resolved cases"""

from alembic import op
import sqlalchemy as sa
import knowledge.columns


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('embedding_set',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('dimensions', sa.Integer(), nullable=False),
    sa.Column('begun_at', knowledge.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('customers_done', sa.Integer(), nullable=False),
    sa.Column('completed_at', knowledge.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('claim', sa.String(), nullable=False),
    sa.Column('claim_until', knowledge.columns.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('passage_vectors',
    sa.Column('passage_id', sa.Integer(), nullable=False),
    sa.Column('embedding', sa.String(length=200), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('vectors', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['passage_id'], ['passage.id'], ),
    sa.PrimaryKeyConstraint('passage_id', 'embedding')
    )
    op.execute(
        'INSERT INTO passage_vectors (passage_id, embedding, fields, vectors) '
        'SELECT id, embedding, fields, vectors FROM passage'
    )
    op.create_table('resolved_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('answered', sa.Text(), nullable=False),
    sa.Column('resolved_at', knowledge.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('embedding', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation_id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_conversation_resolved', 'conversation', ['resolved_at'])
    op.add_column('knowledge_revision', sa.Column(
        'embedding', sa.String(length=200), nullable=False, server_default=''
    ))
    op.execute(
        "UPDATE knowledge_revision SET embedding = coalesce((SELECT passage.embedding FROM passage "
        "JOIN article ON article.id = passage.article_pk WHERE article.current "
        "ORDER BY passage.id DESC LIMIT 1), '')"
    )
    # Not by batch: that would make the table anew, and passage_vectors already points at it.
    for column in ('vectors', 'fields', 'embedding'):
        op.execute(f'ALTER TABLE passage DROP COLUMN {column}')


def downgrade() -> None:
    op.add_column('passage', sa.Column('vectors', sa.LargeBinary(), nullable=False, server_default=''))
    op.add_column('passage', sa.Column('fields', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('passage', sa.Column('embedding', sa.String(length=200), nullable=False, server_default=''))
    op.execute('ALTER TABLE knowledge_revision DROP COLUMN embedding')
    op.drop_index('ix_conversation_resolved', 'conversation')
    op.drop_table('resolved_case')
    op.drop_table('passage_vectors')
    op.drop_table('embedding_set')
