# The window on Windows: makes .venv the first time, then opens it. Needs Python 3.11.
$python = "$PSScriptRoot\.venv\Scripts\python.exe"
if (-not (Test-Path "$PSScriptRoot\.venv\ready")) {
    py -3.11 -m venv "$PSScriptRoot\.venv"
    & $python -m pip install --require-hashes -r "$PSScriptRoot\requirements.txt"
    if ($LASTEXITCODE) { throw "The installation failed: see the message above." }
    New-Item -Type File "$PSScriptRoot\.venv\ready" | Out-Null
}
$env:PYTHONPATH = $PSScriptRoot
& $python -m iro_allocator @args
