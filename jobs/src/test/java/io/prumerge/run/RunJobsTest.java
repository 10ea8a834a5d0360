package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.Waiting;
import io.prumerge.console.Failure;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class RunJobsTest {

  private static final CountDownLatch END = new CountDownLatch(1);

  private final SparkSession spark = LocalSpark.session();
  private final SparkContext context = spark.sparkContext();

  @TempDir private Path run;

  /** Runs a job until {@link #END}. */
  private long job() {
    return spark.range(1).map((MapFunction<Long, Long>) RunJobsTest::wait, Encoders.LONG()).count();
  }

  private static Long wait(Long value) throws InterruptedException {
    END.await(5, TimeUnit.MINUTES);
    return value;
  }

  private DriverLease lease(LeaseClaim claim, Runnable lost) throws Exception {
    FileSystem local = FileSystem.getLocal(new Configuration());
    LeaseFolder folder = new LeaseFolder(new org.apache.hadoop.fs.Path(run.toUri()), local);
    return DriverLease.take(
        folder, LeaseHolder.here(context.applicationId()), LeasedWork.RUN, claim, lost);
  }

  @Test
  void aLostLeaseEndsTheRunsJobsOnAllThreadsAndNoOthers() throws Exception {
    ExecutorService callers = Executors.newSingleThreadExecutor();
    Future<Long> notebook = callers.submit(this::job);
    ExecutorService pieces = null;
    try (RunJobs jobs = new RunJobs(context);
        DriverLease lease = lease(LeaseClaim.WITHDRAW, jobs::cancel)) {
      pieces =
          Executors.newFixedThreadPool(2); // created within the run, like the threads of its pieces
      List<Future<Long>> ours = new ArrayList<>();
      for (int piece = 0; piece < 2; piece++) {
        ours.add(
            pieces.submit(
                () -> {
                  context.setJobGroup("run-1", "a chunk", false);
                  return job();
                }));
      }
      Waiting.until(
          "all jobs are active", () -> context.statusTracker().getActiveJobIds().length == 3);

      lease(LeaseClaim.TAKE_OVER, () -> {}).close();
      assertThatThrownBy(lease::check).isInstanceOf(Failure.class);

      for (Future<Long> job : ours) {
        assertThatThrownBy(job::get).hasMessageContaining("cancelled");
      }
      assertThat(notebook).isNotDone();
      END.countDown();
      assertThat(notebook.get()).isOne();
    } finally {
      END.countDown();
      callers.shutdownNow();
      if (pieces != null) {
        pieces.shutdownNow();
      }
    }
  }

  @Test
  void closingRestoresTheCallersNames() {
    context.setJobGroup("the caller's", "its work", true);
    context.addJobTag("mine");
    try {
      try (RunJobs jobs = new RunJobs(context)) {
        context.setJobGroup("run-1", "a chunk", false);
        jobs.describe("report");
        assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("report");
      }
      assertThat(context.getLocalProperty("spark.jobGroup.id")).isEqualTo("the caller's");
      assertThat(context.getLocalProperty("spark.job.description")).isEqualTo("its work");
      assertThat(context.getLocalProperty("spark.job.interruptOnCancel")).isEqualTo("true");
      assertThat(context.getJobTags().mkString(",")).isEqualTo("mine");
    } finally {
      context.clearJobGroup();
      context.clearJobTags();
    }
  }
}
