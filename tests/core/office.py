"""Files as readers upload them: small, genuine in form, made here."""

import base64
import io
import zipfile

# A page locked by a password (RC4, 128 bits).
LOCKED_PDF = base64.b64decode(
    "JVBERi0xLjMKJeLjz9MKMSAwIG9iago8PAovUHJvZHVjZXIgPDVmODI4ODI4ZDA+Cj4+CmVuZG9iagoyIDAgb2JqCjw8"
    "Ci9UeXBlIC9QYWdlcwovQ291bnQgMQovS2lkcyBbIDQgMCBSIF0KPj4KZW5kb2JqCjMgMCBvYmoKPDwKL1R5cGUgL0Nh"
    "dGFsb2cKL1BhZ2VzIDIgMCBSCj4+CmVuZG9iago0IDAgb2JqCjw8Ci9UeXBlIC9QYWdlCi9SZXNvdXJjZXMgPDwKPj4K"
    "L01lZGlhQm94IFsgMC4wIDAuMCA3MiA3MiBdCi9QYXJlbnQgMiAwIFIKPj4KZW5kb2JqCjUgMCBvYmoKPDwKL1YgMgov"
    "UiAzCi9MZW5ndGggMTI4Ci9QIDQyOTQ5NjcyOTIKL0ZpbHRlciAvU3RhbmRhcmQKL08gPDBlNTIyOTI1YTNlNGU4NzRj"
    "M2NmYWNiZWY1MTFhNzNhYzRlYzJiZDg2NWRjZDNkNDYyNzYxNDkxN2FiZmQ3ZTQ+Ci9VIDxkZDNiMDE0NjA4NTYxMDBj"
    "MDVlOTlhNmNjNGQ0YjUzNTI4YmY0ZTVlNGU3NThhNDE2NDAwNGU1NmZmZmEwMTA4Pgo+PgplbmRvYmoKeHJlZgowIDYK"
    "MDAwMDAwMDAwMCA2NTUzNSBmIAowMDAwMDAwMDE1IDAwMDAwIG4gCjAwMDAwMDAwNTkgMDAwMDAgbiAKMDAwMDAwMDEx"
    "OCAwMDAwMCBuIAowMDAwMDAwMTY3IDAwMDAwIG4gCjAwMDAwMDAyNTkgMDAwMDAgbiAKdHJhaWxlcgo8PAovU2l6ZSA2"
    "Ci9Sb290IDMgMCBSCi9JbmZvIDEgMCBSCi9JRCBbIDwzNDY2NzMwZGIxN2VhNmY3ZTYwZjc4ZWMxNmQ3ZjQ2Yz4gPDM0"
    "NjY3MzBkYjE3ZWE2ZjdlNjBmNzhlYzE2ZDdmNDZjPiBdCi9FbmNyeXB0IDUgMCBSCj4+CnN0YXJ0eHJlZgo0NzQKJSVF"
    "T0YK"
)


def pdf(text: str = "") -> bytes:
    """Return a PDF of one page that says ``text``, or nothing, as a scan does."""
    drawing = f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode("cp1252") if text else b""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    content = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(parts) + 1, table, len(parts) + 1, len(content))
    )


def archive(**parts: str) -> bytes:
    """Return an archive of XML parts; ``__`` stands for a slash in their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", content)
    return buffer.getvalue()


def docx(*paragraphs: str) -> bytes:
    """Return a Word document; the words of a paragraph may be cut anywhere, as Word does."""
    runs = "".join(
        "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in paragraph.split("|")) + "</w:p>"
        for paragraph in paragraphs
    )
    field = "<w:r><w:instrText>HYPERLINK</w:instrText></w:r>"
    return archive(
        word__document=f'<w:document xmlns:w="w"><w:body>{runs}{field}</w:body></w:document>',
        word__styles='<w:styles xmlns:w="w"><w:t>style</w:t></w:styles>',
    )


def pptx(*slides: str) -> bytes:
    """Return a PowerPoint presentation."""
    return archive(
        **{
            f"ppt__slides__slide{number}": f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{text}'
            "</a:t></a:r></a:p></p:sld>"
            for number, text in enumerate(slides, start=1)
        }
    )


def open_document(text: str) -> bytes:
    """Return a document, a workbook or a presentation of LibreOffice."""
    return archive(
        content='<office:document-content xmlns:office="o" xmlns:text="t"><office:body>'
        f"<text:p>Une <text:span>{text}</text:span> enfin</text:p>"
        "<text:p>Suite</text:p></office:body></office:document-content>"
    )
