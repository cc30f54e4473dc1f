"""PyTorch: tensors as they are, observers in the flows of torch.ao, fake quantization in training."""

import copy

import numpy as np
import pytest
import rangelab

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.ao import quantization as ao  # noqa: E402

from rangelab._arrays import as_float32  # noqa: E402
from rangelab.torch import FakeQuantize, RangeObserver  # noqa: E402


@pytest.fixture
def tensor():
    return torch.from_numpy(np.random.default_rng(3).laplace(size=(16, 40)).astype(np.float32))


def test_tensors_are_not_copied(tensor):
    assert as_float32(tensor).ctypes.data == tensor.data_ptr()
    expected = rangelab.estimate(tensor.numpy(), bits=4).scales
    assert rangelab.estimate(nn.Parameter(tensor), bits=4).scales == expected
    assert rangelab.estimate(tensor.double(), bits=4).scales == expected
    low = rangelab.estimate(tensor.bfloat16(), bits=4)
    assert low.scales == rangelab.estimate(tensor.bfloat16().float().numpy(), bits=4).scales


@pytest.mark.parametrize("dtype,qscheme,low,high", [
    (torch.qint8, torch.per_tensor_symmetric, None, None), (torch.qint8, torch.per_tensor_symmetric, -127, 127),
    (torch.quint8, torch.per_tensor_symmetric, None, None), (torch.quint8, torch.per_tensor_affine, None, None),
    (torch.qint8, torch.per_tensor_affine, -8, 7), (torch.quint8, torch.per_tensor_affine, 0, 15),
    (torch.qint8, torch.per_channel_symmetric, -7, 7), (torch.quint8, torch.per_channel_affine, 0, 15)])
def test_fake_quantization_of_pytorch_is_ours(tensor, dtype, qscheme, low, high):
    observer = RangeObserver("mse", dtype=dtype, qscheme=qscheme, quant_min=low, quant_max=high, keep_values=True)
    assert observer(tensor) is tensor
    scale, zero = observer.calculate_qparams()
    assert scale.dtype == torch.float32 and zero.dtype == torch.int32
    assert bool((zero >= observer.quant_min).all()) and bool((zero <= observer.quant_max).all())
    if qscheme in (torch.per_channel_symmetric, torch.per_channel_affine):
        theirs = torch.fake_quantize_per_channel_affine(
            tensor, scale, zero, 0, observer.quant_min, observer.quant_max)
    else:
        theirs = torch.fake_quantize_per_tensor_affine(tensor, scale, zero, observer.quant_min, observer.quant_max)
    ours = rangelab.fake_quantize(tensor, observer.quantizers)
    # PyTorch multiplies by 1 / scale, so that a value halfway between two codes may become the other one.
    differ = (theirs.numpy() != ours).mean()
    assert differ <= 0.01
    error = float(((tensor - theirs).double() ** 2).mean())
    assert error == pytest.approx(observer.quantizers.error, rel=1e-5)


def test_channels_of_any_axis(tensor):
    for axis, count in [(0, 16), (1, 40), (-1, 40)]:
        observer = RangeObserver("minmax", dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=axis)
        observer(tensor)
        assert observer.calculate_qparams()[0].shape == (count,)


def small_model():
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(40, 32), nn.ReLU(), nn.Linear(32, 8))


def qconfig(rule):
    return ao.QConfig(
        activation=RangeObserver.with_args(rule=rule, dtype=torch.quint8, qscheme=torch.per_tensor_affine),
        weight=RangeObserver.with_args(rule=rule, dtype=torch.qint8, qscheme=torch.per_channel_symmetric))


@pytest.mark.parametrize("rule", ["minmax", "mse"])
def test_a_model_is_calibrated_and_converted(tensor, rule):
    model = nn.Sequential(ao.QuantStub(), small_model(), ao.DeQuantStub()).eval()
    model.qconfig = qconfig(rule)
    prepared = ao.prepare(model)
    observers = [m for m in prepared.modules() if isinstance(m, RangeObserver)]
    assert len(observers) >= 3
    for batch in tensor.split(4):
        prepared(batch)
    whole = rangelab.estimate(tensor, rule, bits=8, scheme="affine")
    scale, zero = observers[0].calculate_qparams()
    assert scale.item() == whole.scales and zero.item() == whole.zero_points
    converted = ao.convert(prepared)
    with torch.no_grad():
        expected, found = model(tensor), converted(tensor)
    # Eight bits everywhere: 30 dB are far above what a wrong scale or zero point leaves.
    noise = (expected - found).square().mean() / expected.square().mean()
    assert 0 < noise < 1e-3


def test_graph_mode(tensor):
    from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

    model = small_model().eval()
    prepared = prepare_fx(model, ao.QConfigMapping().set_global(qconfig("mse")), (tensor,))
    prepared(tensor)
    with torch.no_grad():
        noise = (model(tensor) - convert_fx(prepared)(tensor)).square().mean() / model(tensor).square().mean()
    assert 0 < noise < 1e-3


def test_training_through_the_fake_quantizer(tensor):
    fake = FakeQuantize(rule="mse", dtype=torch.qint8, qscheme=torch.per_channel_symmetric, quant_min=-7, quant_max=7,
                        last_only=True)
    weight = nn.Parameter(tensor.clone())
    optimizer = torch.optim.SGD([weight], lr=0.5)
    losses = []
    for _ in range(5):
        loss = (fake(weight) - tensor * 0.5).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] and weight.grad.abs().sum() > 0
    fake(weight)
    now = rangelab.estimate(weight, "mse", bits=4, granularity=("channel", 0))
    assert np.array_equal(fake.scale.numpy(), now.scales), "the ranges are of the last tensor alone"
    kept = fake.scale.clone()
    fake.disable_observer()
    fake(weight * 10)
    assert torch.equal(fake.scale, kept)


def test_before_and_after_observing(tensor):
    observer = RangeObserver("minmax", qscheme=torch.per_tensor_affine)
    assert observer.calculate_qparams()[0].item() == 1
    with pytest.raises(rangelab.InvalidArgumentError, match="no tensor was observed"):
        observer.quantizers
    observer(tensor)
    other = copy.deepcopy(observer)
    other(tensor * 10)
    assert other.calculate_qparams()[0] > observer.calculate_qparams()[0]
    observer.reset_min_max_vals()
    assert observer.calculate_qparams()[0].item() == 1
    with pytest.raises(rangelab.InvalidArgumentError, match="a power of two"):
        RangeObserver(quant_min=0, quant_max=9)
