"""`shouwang`: the command line. Exit codes: 0 done, 1 done but a file was refused, 2 the input cannot be used."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from shouwang.cli import printer
from shouwang.cli.match import match
from shouwang.cli.policy import policy
from shouwang.cli.returned import returned
from shouwang.cli.screen import screen
from shouwang.cli.synthetic import stories, synthetic
from shouwang.kernel.errors import UserError

SITE = {
    "init": ("setting_up", "init", "建立一个县的站点 / set up an installation"),
    "serve": ("serving", "serve", "启动数据库、网站和后台任务 / run the site"),
    "worker": ("serving", "worker", "只运行后台任务 / run jobs only"),
    "demo": ("setting_up", "demo", "用一个县的文件建立演示站点 / fill a demonstration site"),
    "code": ("setting_up", "code", "给一个账号发一次性验证码 / one-time codes"),
    "token": ("setting_up", "token", "给程序发令牌 / a token for programs"),
    "backup": ("keeping", "backup", "备份 / back up"),
    "restore": ("keeping", "restore", "恢复 / restore"),
    "rotate-key": ("keeping", "rotate_key", "换加密密钥 / change the field key"),
    "audit": ("keeping", "audit", "检查审计封条 / verify the audit"),
    "divisions": ("keeping", "divisions", "区划改名和合并 / rename and merge divisions"),
}
ABOUT = """守望：早发现有返贫致贫风险的农户，每一个名字都说得出理由。

\b
Shouwang finds rural households at risk early, with a reason for every name.
退出码 exit codes: 0 完成 done · 1 完成但有文件被退回 done, a file was refused · 2 输入不可用 unusable input
"""


class Commands(click.Group):
    """Commands of the site are loaded when they are used: the others need neither a server nor Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *SITE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SITE:
            return super().get_command(ctx, cmd_name)
        module, name, about = SITE[cmd_name]
        command: click.Command = getattr(import_module(f"shouwang.config.commands.{module}"), name)
        command.short_help = about
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [(name, command.get_short_help_str(80)) for name, command in sorted(self.commands.items())]
        with formatter.section("命令 Commands"):
            formatter.write_dl(own)
        with formatter.section("网站 Site"):
            formatter.write_dl([(name, about) for name, (_, _, about) in SITE.items()])


@click.group(cls=Commands, help=ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
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
