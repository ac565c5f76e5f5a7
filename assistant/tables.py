"""Every table of the house, imported once so that SQLModel.metadata is whole."""

from sqlmodel import SQLModel

from assistant.cases import models as cases
from assistant.conversations import models as conversations
from assistant.customers import models as customers
from assistant.insights import models as insights
from assistant.operators import models as operators
from assistant.quarantine import models as quarantine
from assistant.todos import models as todos
from knowledge.articles import models as articles

ROOMS = (
    cases, conversations, customers, insights, operators, quarantine, todos, articles,
)
METADATA = SQLModel.metadata
