"""The jobs that run by themselves now and then, or at once by `tongjie jobs run NAME` and `POST /jobs/{name}`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from branches.context import Context, InTurns
from branches.service import logins
from circ.service.forgetting import forget_due
from circ.service.holds import HoldService
from circ.service.ledger import accrue_due
from circ.service.owing import tell_due
from circ.service.renewing_due import renew_due
from circ.service.request_service import RequestService
from kernel import idempotency
from kernel.clock import local_day, read_clock
from kernel.errors import NotFound
from kernel.i18n import Text
from kernel.noting import forget_noted
from patrons.service.families import FamilyService
from purchasing.service.afterwards import keep_figures
from purchasing.service.online.sending import receive_due
from purchasing.service.quotas import fold_due


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """How many things were done, and how many could not be."""

    done: int
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`run` does what is due and may be repeated at any time. It works in one transaction, or, where that would keep the desks waiting, in
    many: then it is handed what begins each."""

    name: str
    label: Text
    every: timedelta
    run: Callable[[Context], JobResult] | None = None
    run_in_turns: Callable[[InTurns], JobResult] | None = None

    def work(self, in_turns: InTurns) -> JobResult:
        if self.run_in_turns is not None:
            return self.run_in_turns(in_turns)
        assert self.run is not None
        return in_turns(self.run)


def forget_what_is_due(in_turns: InTurns) -> JobResult:
    """Returned loans and holds that are over forget their reader, by the reader's choice; then what keeps the real clock."""
    return JobResult(done=forget_due(in_turns) + in_turns(_end_logins))


def _end_logins(context: Context) -> int:
    """Answers kept for repeated requests, logins that ended and wrong tries are deleted when their time is over.

    They keep the real clock, whatever time the request claims.
    """
    now = read_clock()
    forgotten = idempotency.forget_old(context.session, now)
    forgotten += forget_noted(context.session, local_day(now))
    forgotten += logins.end_old_tokens(context.session, now)
    return forgotten + logins.forget_failures(context.session, now)


def _renew_due(in_turns: InTurns) -> JobResult:
    renewed, refused = renew_due(in_turns)
    return JobResult(done=renewed, failed=refused)


JOBS: Final[tuple[Job, ...]] = (
    Job(
        name="retention",
        label=Text(
            "忘记到期的借阅记录，删除到期的登录与请求记录",
            "forget who read what when it is time; delete logins and kept answers whose time is over",
        ),
        every=timedelta(minutes=10),
        run_in_turns=forget_what_is_due,
    ),
    Job(
        name="expire-holds",
        label=Text("结束到期的预约", "end the holds whose time is over"),
        every=timedelta(hours=1),
        run=lambda context: JobResult(done=HoldService(context).expire_due()),
    ),
    Job(
        name="accrue-fines",
        label=Text("计算逾期图书现在应收多少", "compute what late books would cost by now"),
        every=timedelta(hours=6),
        run_in_turns=lambda in_turns: JobResult(done=accrue_due(in_turns)),
    ),
    Job(
        name="auto-renew",
        label=Text("续借快到期、可自动续的书", "renew what is nearly due and renews itself"),
        every=timedelta(hours=1),
        run_in_turns=_renew_due,
    ),
    Job(
        name="target-holds",
        label=Text("为排队的预约找在架的书", "find copies on the shelves for those who wait"),
        every=timedelta(minutes=1),
        run=lambda context: JobResult(done=HoldService(context).target_due()),
    ),
    Job(
        name="notices",
        label=Text("写好到期、逾期等通知", "write what readers and libraries are to be told"),
        every=timedelta(hours=1),
        run_in_turns=lambda in_turns: JobResult(done=tell_due(in_turns)),
    ),
    Job(
        name="let-go",
        label=Text("长大的孩子离开家庭", "children who have grown up leave their families"),
        every=timedelta(hours=6),
        run=lambda context: JobResult(done=FamilyService(context).let_go()),
    ),
    Job(
        name="follow-requests",
        label=Text("把拿不到书的调拨申请转给别的馆", "pass on requests whose copy is not to be had any more"),
        every=timedelta(minutes=1),
        run=lambda context: JobResult(done=RequestService(context).follow_due()),
    ),
    Job(
        name="receive-choices",
        label=Text("邮寄的新书到期算收到，开始借期", "lend posted books of which nobody said that they came"),
        every=timedelta(hours=6),
        run_in_turns=lambda in_turns: JobResult(done=receive_due(in_turns)),
    ),
    Job(
        name="fold-quotas",
        label=Text(
            "选书名额只留月份和册数，过了年不再记是谁",
            "keep of used quotas month and count alone, and after the year not whose they were",
        ),
        every=timedelta(hours=1),
        run_in_turns=lambda in_turns: JobResult(done=fold_due(in_turns)),
    ),
    Job(
        name="oversight-figures",
        label=Text(
            "统计选来的书后来怎样，供监督页查看", "count what became of the books that readers chose, for oversight"
        ),
        every=timedelta(hours=6),
        run_in_turns=lambda in_turns: JobResult(done=keep_figures(in_turns)),
    ),
    Job(
        name="end-stays",
        label=Text("暂留期满的书改回原来的馆", "give copies that were kept for a time back their home"),
        every=timedelta(hours=1),
        run=lambda context: JobResult(done=RequestService(context).end_stays()),
    ),
)


def find_job(name: str) -> Job:
    job = next((job for job in JOBS if job.name == name), None)
    if job is None:
        raise NotFound("job", name)
    return job
