"""Checks a project with fastapi-lint in parts, whose reports Bazel keeps, fetches and spreads over machines."""

def _script(name):
    return attr.label(default = "//tools/fastapi_lint:" + name, allow_single_file = True, executable = True, cfg = "exec")

def _report_impl(ctx):
    report = ctx.actions.declare_file(ctx.label.name + ".json")
    files = ctx.actions.args()
    files.add_all(ctx.files.srcs)
    files.use_param_file("%s", use_always = True)
    files.set_param_file_format("multiline")
    ctx.actions.run(
        executable = ctx.file._script,
        arguments = [report.path, "%d/%d" % (ctx.attr.index, ctx.attr.count), files],
        inputs = ctx.files.srcs,
        outputs = [report],
        mnemonic = "FastapiLint",
        progress_message = "Checking part %d of %d" % (ctx.attr.index, ctx.attr.count),
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([report]))]

_report = rule(
    implementation = _report_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = True),
        "index": attr.int(mandatory = True),
        "count": attr.int(mandatory = True),
        "_script": _script("report.sh"),
    },
)

def _gate_impl(ctx):
    passed = ctx.actions.declare_file(ctx.label.name + ".passed")
    ctx.actions.run(
        executable = ctx.file._script,
        arguments = [passed.path] + [report.path for report in ctx.files.reports],
        inputs = ctx.files.reports,
        outputs = [passed],
        mnemonic = "FastapiLintGate",
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([passed]))]

_gate = rule(
    implementation = _gate_impl,
    attrs = {
        "reports": attr.label_list(allow_files = True),
        "_script": _script("gate.sh"),
    },
)

def fastapi_lint(name, srcs, shards = 1):
    """Defines what fails where anything is found, and a report for each part: `<name>_1`, `<name>_2` and so on.

    Args:
      name: what is built to check.
      srcs: all that the linter may read: code, manifests, lock files, deployment files.
      shards: how many parts there are.
    """
    reports = ["%s_%d" % (name, index + 1) for index in range(shards)]
    for index, report in enumerate(reports):
        _report(name = report, srcs = srcs, index = index + 1, count = shards)
    _gate(name = name, reports = reports)
