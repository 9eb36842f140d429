using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Libtorch;
using TorchSharp;

namespace TaskArithmetic.Torch.Tests.Libtorch;

[TestClass]
public sealed class LibtorchRuntimeTests
{
    [TestMethod]
    public void The_report_says_what_was_loaded_from_where()
    {
        var report = LoadedLibtorch.Instance.Report;

        StringAssert.StartsWith(report.Version, LibtorchPackage.LibtorchVersion);
        Assert.IsTrue(File.Exists(Path.Combine(report.Folder, LibtorchPlatform.Current().FileName("torch_cpu"))));
        Assert.IsTrue(File.Exists(report.Shim));
        Assert.AreEqual("cpu", report.Device.ToString());
        Assert.IsTrue(report.Threads > 0);
        Assert.AreEqual(0, report.CudaDevices);
    }

    [TestMethod]
    public void No_library_is_copied_into_the_program_folder()
    {
        using var _ = LoadedLibtorch.Instance.TorchDevice.type == DeviceType.CPU ? torch.ones(1) : null;
        var core = LibtorchPlatform.Current().FileName("torch_cpu");

        Assert.IsEmpty(Directory.GetFiles(AppContext.BaseDirectory, core, SearchOption.AllDirectories));
        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(typeof(torch).Assembly.Location)!, core, SearchOption.AllDirectories));
    }

    [TestMethod]
    public void Libtorchs_version_is_the_one_torchsharp_wants() =>
        StringAssert.StartsWith(LoadedLibtorch.Instance.Report.Version, LibtorchPackage.LibtorchVersion);

    [TestMethod]
    public async Task Cuda_without_a_driver_is_one_coded_error()
    {
        if (LibtorchPlatform.Current().CudaDriver is { } driver && System.Runtime.InteropServices.NativeLibrary.TryLoad(driver, out var _))
            Assert.Inconclusive("this machine has an NVIDIA driver");
        var exception = await Assert.ThrowsExactlyAsync<DiagnosticException>(() =>
            LibtorchRuntime.LoadAsync(new LibtorchOptions { Device = ComputeDevice.Parse("cuda:1"), AllowDownload = false }));

        Assert.AreEqual("TA0108", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, "driver");
    }

    [TestMethod]
    [DataRow(null, "auto")]
    [DataRow("", "auto")]
    [DataRow("Auto", "auto")]
    [DataRow("cpu", "cpu")]
    [DataRow("cuda", "cuda:0")]
    [DataRow("CUDA:3", "cuda:3")]
    public void Devices_are_read_as_options_spell_them(string? text, string expected) =>
        Assert.AreEqual(expected, ComputeDevice.Parse(text).ToString());

    [TestMethod]
    [DataRow("gpu")]
    [DataRow("cuda:")]
    [DataRow("cuda:-1")]
    [DataRow("cuda:x")]
    public void A_device_that_does_not_exist_is_refused(string text)
    {
        var exception = Assert.ThrowsExactly<DiagnosticException>(() => ComputeDevice.Parse(text));

        Assert.AreEqual("TA0107", exception.Diagnostics.Single().Code);
    }

    [TestMethod]
    [DataRow("linux-musl-x64")]
    [DataRow("linux-arm64")]
    [DataRow("osx-x64")]
    public void A_platform_without_libtorch_is_named(string runtimeIdentifier)
    {
        var exception = Assert.ThrowsExactly<DiagnosticException>(() => LibtorchPlatform.For(runtimeIdentifier));

        Assert.AreEqual("TA0101", exception.Diagnostics.Single().Code);
        StringAssert.Contains(exception.Message, runtimeIdentifier);
    }
}
