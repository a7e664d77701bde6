"""SOAP for adapters: zeep reads the plugin's WSDL, aiohttp sends, and every call ends in a value or one of the five errors."""

from gateway.sdk.http.wire import probe_call
from gateway.sdk.rest import ReplyModel
from gateway.sdk.soap.client import SoapClient, SoapDepartment
from gateway.sdk.soap.document import ContractError
from gateway.sdk.soap.envelope import RefusalFault, UsernameToken
from gateway.sdk.soap.text import Text, XmlText

__all__ = ["ContractError", "RefusalFault", "ReplyModel", "SoapClient", "SoapDepartment", "Text", "UsernameToken", "XmlText", "probe_call"]
