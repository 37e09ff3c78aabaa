"""The portal's addresses, and the floor beside them."""

from django.urls import path

from config.urls import urlpatterns as portal
from tests.load import floor

urlpatterns = [
    path("floor/", floor.floor_list),
    path("floor/<int:pk>/", floor.floor_detail),
    *portal,
]
