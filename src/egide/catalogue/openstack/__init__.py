"""A cloud that runs OpenStack, as its own API describes it, to service offerings of Gaia-X Loire.

What the API says is read as its documentation has it; what it does not know (who sells, under which terms, where the machines stand, whose
images those are) is asked of the provider in one file. Nothing is invented: what nobody states is left out, and told.
"""

from egide.catalogue.openstack.answers import Answers, read_answers
from egide.catalogue.openstack.cloud import Cloud, Region
from egide.catalogue.openstack.offers import Made, make_offers
from egide.catalogue.openstack.provider import Provider, read_provider
from egide.catalogue.openstack.template import template

__all__ = ["Answers", "Cloud", "Made", "Provider", "Region", "make_offers", "read_answers", "read_provider", "template"]
