"""The frame of a page that both faces use."""

from apps.portal.access import Viewer


def face_of_viewer(viewer: Viewer) -> dict:
    """Context: the frame of the viewer's own face, so that an official stays at the desk."""
    face = "desk" if viewer.user.is_official else "portal"
    return {"viewer": viewer, "frame": f"{face}/base.html"}
