package io.deltamirror.local.host;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.RetryContext;
import com.microsoft.azure.functions.RpcException;
import java.util.logging.Logger;

/** One call of a function, as the function sees it. */
record Invocation(
    String getFunctionName, String getInvocationId, Logger getLogger, RetryContext getRetryContext)
    implements ExecutionContext {

  /** Which repetition it is, 0 for the first attempt. */
  record Attempt(int getRetrycount, int getMaxretrycount) implements RetryContext {
    /** The failure before is in the log. */
    @Override
    public RpcException getException() {
      return null;
    }
  }
}
