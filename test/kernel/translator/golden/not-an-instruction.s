# What the virtual machine does not have is left to the interpreter, which refuses it.
        mov     eax, 1
        ud2
# 0x1000: b8 01 00 00 00 0f 0b
