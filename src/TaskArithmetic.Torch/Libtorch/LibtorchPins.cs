using TaskArithmetic.Sources.NativePackages;

namespace TaskArithmetic.Torch.Libtorch;

/// <summary>The packages of libtorch as they were when this release was tested with them.</summary>
internal static class LibtorchPins
{
    /// <summary>
    /// The pins by package. A package source of the folder that one happens to stand in can offer any file under these
    /// names, so nothing else is fetched or loaded.
    /// </summary>
    public static IReadOnlyDictionary<string, NativePackagePin> Released { get; } = new Dictionary<string, NativePackagePin>
    {
        ["libtorch-cpu-linux-x64"] = new(
            "XjuaFwqqvwstyeUWyz/xtfhODesmagoPKO7T0VRmiW+r0pJwsXB/vHydA7it9xge36PSXW1qLyRRzvM3J8i9UA==",
            new Dictionary<string, string>
            {
                ["libaoti_custom_ops.so"] = "7c287357781275b7976f95e114265b2629c99fd33ac5fcb389b20e53641d0de6",
                ["libbackend_with_compiler.so"] = "02ec2bae8064dd71138727ad71ecc961133e338fb8c0d75bffe34adced48bc13",
                ["libc10.so"] = "5a54a1c71c90df5011b20529bba91bcd160871c7cb19f33d9da8e73f9c45fbbc",
                ["libgomp-98b21ff3.so.1"] = "6b254201cafdc5389580d77139398a298f63ce3b139cfbcceade961ac0d721cb",
                ["libjitbackend_test.so"] = "8b28b8c26b598a6dde9122f851e371938050c3140df174ebddfe8d26195bbed2",
                ["libnnapi_backend.so"] = "7355ac4d8a8b4904ac2d264dc51dca5fcde7f041da9de9a1b7b177188e807fb8",
                ["libshm.so"] = "84676a7bca227bd9576b5c809c432b616a99ff5f099a8d6421a0e5fe44bb429e",
                ["libtorch.so"] = "aaa36e9d80c624fc796e0fd591ebe7a59262814f57bc639ec20f6ae91fadb760",
                ["libtorch_cpu.so"] = "0f4b3e14ed8468219fefe110605e741afc6bfbec27cc777a224301edb9f24c41",
                ["libtorch_global_deps.so"] = "03cfaab4bf752b9fe44a499da6eaff3ed932c8be28e7a8914b421d6a50d9d3db",
                ["libtorch_python.so"] = "740785ef0700ee9247dad7bc7cd0bca342a670d0c9a3c641513321d84afaf3bf",
                ["libtorchbind_test.so"] = "f62b306e0b2eb18c512293d3fbea31436bc6550eeb9918aa4f07b872b1ed80ef",
            }),
        ["libtorch-cpu-win-x64"] = new(
            "qvrEe8b8U1SPnsqShWgJ9gE/UfzFiq+QRPJdAegxwtEBgL/jZPQPvKAhqYkpEe5kb6AXCi840KDqvDaHQuAqEA==",
            new Dictionary<string, string>
            {
                ["c10.dll"] = "a057ab00ec2edceec9198e87bd417843489f9bb4b937ff2cf22503e699383063",
                ["libiomp5md.dll"] = "d41a71c38f627a95748596820ab380135dcccc4ceecd6fe7d4e247d015bf55a4",
                ["libiompstubs5md.dll"] = "137dd44f652a926eb540861994c58ea24ebfbf6b45886ac964a68c5742549c47",
                ["torch.dll"] = "02d6bd9767ee972466363386c2025716af46533516671a6f4f365385760e207a",
                ["torch_cpu.dll"] = "c75772dea925c23ea45fbf39502d48d4e87350249e75050d43bea2c12fdd3a1b",
                ["torch_global_deps.dll"] = "d17b59014a28a648b30b0e535f1f991edf6c80dddb794108d4dd427577de93db",
                ["uv.dll"] = "fa569e682fc5fb7a8eb94c6829af9f30a569748dbbc6bce39735d48bc960bcf8",
            }),
        ["libtorch-cpu-win-arm64"] = new(
            "7NCaiSTge6axhCnH5Im+1ZNSkiuA+zuYe6ZPYph9MmXS4QozEEHUcualKvMVlygxhaZOR6N3nCYqm3Ibxq5+JA==",
            new Dictionary<string, string>
            {
                ["armpl_lp64.dll"] = "2913a6f3b11d43695f4a4cfe501e67e3d67ce14f652e0b99bdbe38d0564ba665",
                ["c10.dll"] = "dd0c6c271bf50299cd628bedecce7f9b901a6f5af14cc64729b48e4a2ca2965e",
                ["torch.dll"] = "e7d8fbb025ddd51dff707f2ff3f5f8dd7e4758eadacbe4f0ca2f127363ee78aa",
                ["torch_cpu.dll"] = "b0a9a9d5f93f66a80d2dc30e2126e831e33cbec368adc390ad29af572962d557",
                ["torch_global_deps.dll"] = "8c470c22c7d8784d4af9f93ffe3697ca834cad8938b829517487623e141fb0e9",
                ["uv.dll"] = "109a45d90da9eb6eb063a93590c7cdf3090a88de0653e7b8b11f384c37c3dcd1",
            }),
        ["libtorch-cpu-osx-arm64"] = new(
            "njbW4NbjnO3UYsZymJA5EA8kvFQZveW2rVS07QinYOxxgs6hyZFTI82zBDt0ix1yRRCZ+v+fm+pHXG37WKjyhA==",
            new Dictionary<string, string>
            {
                ["libc10.dylib"] = "cff488f7e39024a34a871c07ba82031625021392eaf137d0c35eb53b7a33a077",
                ["libomp.dylib"] = "fe0670951c85401421f6cedc91971f28dc870bad4c1f0cfebe2b74dac421e5f0",
                ["libshm.dylib"] = "bd0c4fe75d1e08eda51ca979eb31276f389ac7bd0c9ba834cfd2bcc5b908f01b",
                ["libtorch.dylib"] = "619206f7f2917cef9869bc74c7179ebd2183c17fb33a0d51e8b0a501bcc87c89",
                ["libtorch_cpu.dylib"] = "4f03f83297f45294c4c2b64566d09a6c108aa962f7f1e588ab19e5ffb1079d7e",
                ["libtorch_global_deps.dylib"] = "9ea2f1cb5f25ea663f1dfe39d2fba5da7d4d148497c1c7fdddffe09f2419cb3e",
                ["libtorch_python.dylib"] = "d2ea0f91ec9391f1cda4fd93ee5bb5d3a09ac407a81bad4ac9a6ee177b1d223a",
            }),
    };
}
