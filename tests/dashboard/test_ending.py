import asyncio

from structlog.testing import capture_logs

from dashboard.ending import ended


async def stubborn(deaf_to):
    """A task that is deaf to so many cancellations."""
    for _ in range(deaf_to):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue
    await asyncio.Event().wait()


async def begun(deaf_to):
    task = asyncio.create_task(stubborn(deaf_to))
    await asyncio.sleep(0)
    return task


async def test_cancellation_that_was_lost_on_the_way_is_sent_again():
    task = await begun(deaf_to=1)

    await ended([task], again_s=0.01)

    assert task.cancelled()


async def test_task_that_will_not_end_is_said_and_left_so_that_the_stop_ends():
    task = await begun(deaf_to=50)

    with capture_logs() as lines:
        await asyncio.wait_for(ended([task], again_s=0.001), 5)

    assert [(line["event"], line["task"]) for line in lines] == [("task_does_not_end", "stubborn")]
    while not task.done():
        task.cancel()
        await asyncio.sleep(0)
