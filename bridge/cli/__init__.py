"""The command line. One file per group of commands; what they have in common stands in ``desk``.

Every command takes ``--data`` and ``--json``. Exit codes: 0 ok, 1 findings, 2 usage, 3 environment.
"""

import click

from bridge import logs
from bridge.cli import (
    bench,
    books,
    demo,
    doctor,
    inbox,
    keep,
    leaving,
    lists,
    partners,
    person,
    programme,
    rules,
    run,
    scenario,
    shops,
    storm,
    till,
    tokens,
    users,
    vouchers,
)
from bridge.cli.desk import Commands


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Credit for every article bought, taken off the customer's next order by itself.

    Without a command it serves: `rabattkonto` is `rabattkonto serve`.
    """
    # Standard output belongs to answers: whatever is logged goes to standard error from the first line on.
    logs.set_up("WARNING")
    if context.invoked_subcommand is None:
        context.invoke(run.serve)


for command in (
    run.serve,
    run.work,
    run.version,
    shops.shop,
    programme.programme,
    rules.terms,
    rules.explain,
    rules.expiring,
    rules.simulate,
    books.statement,
    books.adjust,
    books.verify,
    inbox.deliveries,
    inbox.replay,
    inbox.reconcile,
    inbox.backfill,
    scenario.scenario,
    storm.simulate_faults,
    bench.bench,
    doctor.doctor,
    demo.demo,
    users.user,
    lists.import_,
    lists.export,
    partners.partner,
    partners.referral_credit,
    vouchers.voucher,
    keep.backup,
    keep.restore,
    keep.upgrade,
    keep.keys,
    person.person,
    tokens.token,
):
    main.add_command(command)
for command in (
    leaving.remove,
    leaving.resume,
    leaving.access,
    till.paid,
    till.offline,
    till.bound,
    till.release,
    till.plugin,
):
    shops.shop.add_command(command)
