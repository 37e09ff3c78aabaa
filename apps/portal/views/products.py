"""What an insurer offers, kept by its own people."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.enterprises.models import Capacity
from apps.insurance.forms import ProductForm
from apps.insurance.models import Product
from apps.pages.forms import list_errors
from apps.portal.access import Viewer, for_parties
from apps.rules.clock import legal_today


def must_be_insurer(viewer: Viewer) -> None:
    """Http404 for everybody who may not act for an insurer."""
    firm = viewer.chosen
    if firm is None or not viewer.may_file or viewer.acting is not None or Capacity.INSURER not in firm.capacities:
        raise Http404


@require_safe
@for_parties
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All products of the insurer, by name; there are a handful."""
    must_be_insurer(viewer)
    rows = Product.objects.filter(insurer=viewer.chosen)[:200]
    return render(request, "portal/products.html", {"viewer": viewer, "products": rows, "today": legal_today()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def edit(request: HttpRequest, viewer: Viewer, pk: int = 0) -> HttpResponse:
    """A new product, or one of the insurer's own."""
    must_be_insurer(viewer)
    row = get_object_or_404(Product, pk=pk, insurer=viewer.chosen) if pk else Product(insurer=viewer.chosen)
    form = ProductForm(request.POST or None, instance=row, initial=None if pk else {"active_from": legal_today()})
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Done: %(verb)s.") % {"verb": _("Keep the product")})
        return redirect("portal:products")
    context = {"viewer": viewer, "form": form, "product": row, "errors": list_errors(form) if form.is_bound else []}
    return render(request, "portal/product.html", context)
