from django.utils import translation


class LanguageMiddleware:
    """Pages of a signed-in user are in the account's language, whatever cookie the browser keeps."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and user.language != translation.get_language():
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)
