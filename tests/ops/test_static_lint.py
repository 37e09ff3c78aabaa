import pytest

from tools.check_static import CSS, JAVASCRIPT, newer, refused


@pytest.mark.parametrize(
    "line",
    [
        "form:has(input) { color: red }",
        "a:not(.b, .c) { color: red }",
        ".a { aspect-ratio: 1 }",
        ".a { inset: 0 }",
        ".a { padding-block: 1rem }",
        ".a { height: 100dvh }",
        ".a { color: color-mix(in srgb, red, blue) }",
        "@media (width >= 40rem) { a { color: red } }",
        ".a { & .b { color: red } }",
        "@layer base;",
    ],
)
def test_css_newer_than_chrome_86_is_found(line):
    assert [number for number, _ in newer(f"/* first */\n{line}\n", CSS)] == [2]


@pytest.mark.parametrize(
    "line",
    [
        ".a { display: flex; gap: 1rem }",
        "a:focus-visible { outline: 2px solid }",
        "a:not(.b):not(.c) { color: red }",
        ".a { width: min(100%, 60rem); inline-size: 10px; margin-inline-start: 1px }",
        ".a { transform: rotate(3deg); min-inline-size: 0; border-inline-start: 1px solid }",
        "/* :has( is for later */",
        ".a { accent-color: red } /* enhancement: the default colour serves */",
        "@media (min-width: 40rem) { a { color: rgb(0 0 0 / 50%) } }",
    ],
)
def test_css_of_chrome_86_passes(line):
    assert list(newer(line, CSS)) == []


@pytest.mark.parametrize(
    "line",
    [
        "const last = rows.at(-1);",
        "const copy = structuredClone(row);",
        "const text = await read();",
        "if (Object.hasOwn(a, 'b')) go();",
        "rows.toSorted();",
        "for await (const part of file.stream()) hash(part);",
        "const id = crypto.randomUUID();",
        "throw new Error('x', { cause: error });",
    ],
)
def test_javascript_newer_than_chrome_86_is_found(line):
    assert [number for number, _ in newer(f"// first\n{line}\n", JAVASCRIPT)] == [2]


@pytest.mark.parametrize(
    "line",
    [
        "const name = person?.name ?? 'nobody'; name ||= 'x';",
        "class A { #count = 0; #add() { this.#count += 1; } }",
        "  const text = await read();",
        "text.replaceAll('a', 'b'); // rows.at(-1) is for later",
        "const half = width / 2 / devices;",
        "const found = /^[0-9a-f]+$/i.test(text);",
    ],
)
def test_javascript_of_chrome_86_passes(line):
    assert list(newer(line, JAVASCRIPT)) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color:red">',
        "<style>p {}</style>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
        "<div hx-vals='js:{a: 1}'>",
        '<div hx-trigger="click[ctrlKey]">',
        "<script>go()</script>",
        '<script\n  type="module">go()</script>',
        '<script src="https://elsewhere.example/a.js"></script>',
        '<link rel="stylesheet" href="//elsewhere.example/a.css">',
    ],
)
def test_markup_that_the_policy_refuses_is_found(markup):
    assert [number for number, _ in refused(f"<p>first</p>\n{markup}\n")]


@pytest.mark.parametrize(
    "markup",
    [
        '<script type="module" src="{% static \'js/a.js\' %}"></script>',
        '<script id="rows" type="application/json">[]</script>',
        '<a class="link" href="https://www.example.org/law">the law</a>',
        '{# <p style="color:red"> #}<p class="red" data-style="x">',
        '<div hx-get="/a" hx-trigger="input changed delay:300ms">',
    ],
)
def test_markup_that_the_policy_allows_passes(markup):
    assert list(refused(markup)) == []
