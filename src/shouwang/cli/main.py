"""`shouwang`: the command line. Exit codes: 0 done, 1 done but a file was refused, 2 the input cannot be used."""

from __future__ import annotations

import sys

import click

from shouwang.cli import printer
from shouwang.cli.match import match
from shouwang.cli.policy import policy
from shouwang.cli.returned import returned
from shouwang.cli.screen import screen
from shouwang.cli.synthetic import stories, synthetic
from shouwang.kernel.errors import UserError

ABOUT = """守望：早发现有返贫致贫风险的农户，每一个名字都说得出理由。

\b
Shouwang finds rural households at risk early, with a reason for every name.
退出码 exit codes: 0 完成 done · 1 完成但有文件被退回 done, a file was refused · 2 输入不可用 unusable input
"""


@click.group(help=ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shouwang", message="%(version)s")
def commands() -> None:
    """The group that holds all commands."""


for command in (screen, match, returned, policy, synthetic, stories):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a user's mistake ends in one clear line and exit code 2, never in a traceback."""
    try:
        code = commands.main(args=arguments, prog_name="shouwang", standalone_mode=False)
    except UserError as error:
        printer.problem(error)
        sys.exit(printer.UNUSABLE)
    except click.Abort:
        printer.warn("已中止，没有写入结果")
        sys.exit(printer.UNUSABLE)
    except click.ClickException as error:
        error.show()
        sys.exit(printer.UNUSABLE)
    except BrokenPipeError:
        sys.exit(printer.DONE)
    except OSError as error:
        printer.problem(
            UserError(f"无法读写 {error.filename or ''}：{error.strerror or error}", "核对权限、路径和磁盘空间")
        )
        sys.exit(printer.UNUSABLE)
    sys.exit(code if isinstance(code, int) else printer.DONE)


if __name__ == "__main__":
    main()
