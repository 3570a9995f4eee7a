# Calls through a register and through memory.
        call    eax
        call    dword ptr [ebx+4]
        ret
# 0x1000: ff d0 ff 53 04 c3
