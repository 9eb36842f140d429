using Microsoft.VisualStudio.TestTools.UnitTesting;

// Each kill starts a process that takes all processors; two at once would only kill each other's timing.
[assembly: DoNotParallelize]
