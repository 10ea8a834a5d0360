package io.prumerge;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts the jobs that Spark runs meanwhile, and the bytes that it shuffles. */
public final class CountedWork extends SparkListener implements AutoCloseable {

  private final SparkContext context = LocalSpark.session().sparkContext();
  private final AtomicInteger jobs = new AtomicInteger();
  private final AtomicLong shuffled = new AtomicLong();

  public CountedWork() throws TimeoutException {
    LocalSpark.tellListeners(); // ignores earlier work
    context.addSparkListener(this);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    jobs.incrementAndGet();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskMetrics() != null) {
      shuffled.addAndGet(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
    }
  }

  public int jobs() throws TimeoutException {
    LocalSpark.tellListeners();
    return jobs.get();
  }

  public long shuffledBytes() throws TimeoutException {
    LocalSpark.tellListeners();
    return shuffled.get();
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
